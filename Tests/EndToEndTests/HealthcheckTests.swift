import AuthzTestSupport
import Foundation
import Testing

/// `authz healthcheck` against a running server, over each of its interfaces.
@Suite struct HealthcheckTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func ask(_ arguments: [String], _ environment: [String: String] = [:]) throws -> CommandResult {
        let child = try Child(Repository.authz, ["healthcheck"] + arguments, in: folder.url, environment: environment)
        return CommandResult(status: try child.exitStatus(), output: try child.output, errors: try child.errors)
    }

    @Test("over grpc it asks the check listener, by its option, its variable or the file that serve reads")
    func call() throws {
        let server = try RunningServer()
        #expect(try ask(["--kind", "grpc", "--address", "\(server.checks)"]).output == "ready\n")
        #expect(try ask(["--kind", "grpc"], ["AUTHZ_LISTEN": "\(server.checks)"]).output == "ready\n")
        #expect(try ask([], ["AUTHZ_KIND": "grpc", "AUTHZ_ADDRESS": "\(server.checks)"]).output == "ready\n")
        try folder.write("kind: grpc\nlisten: \(server.checks)\n", to: "authz.yaml")
        let result = try ask([])
        #expect(result.status == 0)
        #expect(result.output == "ready\n")
        // What is no gRPC server is not ready, whatever it says.
        let other = try ask(["--kind", "grpc", "--address", "\(server.admin)"])
        #expect(other.status == 1)
        #expect(other.output.hasPrefix("not ready: http://\(server.admin)/grpc.health.v1.Health/Check: "))
        server.child.stop()
        _ = try server.child.exitStatus()
        #expect(try ask([]).status == 1)
    }

    @Test("a server that waits for its keys, or stops, is not ready over grpc either")
    func notReady() throws {
        let server = try RunningServer("--drain-timeout", "10m", "--drain-delay", "10m")
        server.child.stop()
        let result = try poll("drain") { () -> CommandResult? in
            let result = try ask(["--kind", "grpc", "--address", "\(server.checks)"])
            return result.status == 1 ? result : nil
        }
        #expect(result.output == "not ready\n")
        let readiness = try ask(["--address", "\(server.admin)"])
        #expect(readiness.status == 1)
        #expect(readiness.output == "not ready\n")
    }

    @Test("over Unix sockets both kinds are asked")
    func unixSockets() throws {
        let server = try RunningUnixServer(in: folder)
        #expect(try ask(["--address", "unix:\(server.admin)"]).output == "ready\n")
        #expect(try ask([], ["AUTHZ_ADMIN_LISTEN": "unix:\(server.admin)"]).output == "ready\n")
        #expect(try ask(["--kind", "grpc", "--address", "unix:\(server.checks)"]).output == "ready\n")
        let missing = try ask(["--kind", "grpc", "--address", "unix:\(server.checks).not"])
        #expect(missing.status == 1)
        #expect(missing.output.hasPrefix("not ready: unix:\(server.checks).not: /grpc.health.v1.Health/Check: "))
    }

    @Test("over TLS the certificate is verified: by an authority, or as the very one that serve was given")
    func tls() throws {
        let running = try RunningTLSServer(verifiesClients: false)
        let address = ["--kind", "grpc", "--address", "\(running.server.checks)"]
        #expect(try ask(address + ["--server-ca", running.authority.path]).output == "ready\n")
        #expect(try ask(address).status == 1, "plaintext")
        #expect(try ask(address + ["--server-ca", TestAuthority().path]).status == 1, "another authority")
        let own = try running.authority.issue("again", for: ["DNS:elsewhere.example"])
        #expect(try ask(address, ["AUTHZ_TLS_CERT": own.certificate]).status == 1, "another certificate")
    }

    @Test("the certificate that serve was given is trusted whatever names it has; a client shows its own where it must")
    func configuredTLS() throws {
        let authority = try TestAuthority()
        let own = try authority.issue("own", for: ["DNS:elsewhere.example"])
        let client = try authority.issue("client", for: ["DNS:client.example"])
        let server = try RunningServer(
            policies: "policies",
            options: ["--tls-cert", own.certificate, "--tls-key", own.key, "--tls-client-ca", authority.path])
        let environment = ["AUTHZ_TLS_CERT": own.certificate, "AUTHZ_LISTEN": "\(server.checks)"]
        #expect(try ask(["--kind", "grpc"], environment).status == 1, "without a certificate of its own")
        let certificate = ["--client-cert", client.certificate, "--client-key", client.key]
        #expect(try ask(["--kind", "grpc"] + certificate, environment).output == "ready\n")
        let named = ["--kind", "grpc", "--address", "\(server.checks)", "--server-ca", authority.path]
        #expect(try ask(named + certificate).status == 1, "the certificate does not name the host")
    }

    @Test("whatever keeps it from asking is 1; only a wrong command line is 64")
    func statuses() throws {
        #expect(try ask([], ["AUTHZ_ADMIN_LISTEN": "nowhere"]).status == 1)
        #expect(try ask([], ["AUTHZ_ADMIN_LISTEN": "nowhere"]).errors.hasPrefix("not ready: AUTHZ_ADMIN_LISTEN: "))
        #expect(try ask([], ["AUTHZ_KIND": "smtp"]).status == 1)
        for wrong in [
            ["--admin", "nowhere"], ["--address", "nowhere"], ["--address", "127.0.0.1:0"], ["--kind", "smtp"],
            ["--admin", "http://127.0.0.1:1", "--address", "127.0.0.1:1"],
            ["--kind", "grpc", "--admin", "http://127.0.0.1:1"], ["--server-ca", "ca.crt"],
        ] {
            #expect(try ask(wrong).status == 64, "\(wrong)")
        }
        try folder.write("adminListen: [", to: "authz.yaml")
        #expect(try ask([]).status == 1)
        try folder.write("adminListen: nowhere", to: "authz.yaml")
        let result = try ask([])
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("authz.yaml:1:14: error: `nowhere` is not an address"))
    }

    @Test("its options have variables and keys like others")
    func options() throws {
        let server = try RunningServer()
        #expect(try ask([], ["AUTHZ_ADMIN": "http://\(server.admin)"]).output == "ready\n")
        #expect(try ask([], ["AUTHZ_ADDRESS": "\(server.admin)", "AUTHZ_QUIET": "1"]).output == "")
        try folder.write("admin: http://\(server.admin)/\nquiet: true\n", to: "authz.yaml")
        let quiet = try ask([])
        #expect(quiet.status == 0)
        #expect(quiet.output == "")
        // The command line goes before the file, whichever of the two options it is.
        #expect(try ask(["--address", "127.0.0.1:1"]).status == 1)
    }
}
