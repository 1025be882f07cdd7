import Foundation
import Testing

@Suite struct ConfigurationTests {
    private static func authz(_ arguments: [String], in folder: TemporaryFolder, _ environment: [String: String] = [:])
        throws
        -> CommandResult
    {
        let child = try Child(Repository.authz, arguments, in: folder.url, environment: environment)
        return CommandResult(status: try child.exitStatus(), output: try child.output, errors: try child.errors)
    }

    @Test("authz.yaml of the working directory counts, --config names another, and the environment goes before both")
    func files() throws {
        let folder = try TemporaryFolder()
        func provider(_ arguments: [String], _ environment: [String: String] = [:]) throws -> String? {
            let result = try Self.authz(["serve", "--print-config"] + arguments, in: folder, environment)
            #expect(result.status == 0)
            let line = result.output.split(separator: "\n").first { $0.hasPrefix("provider:") }
            return line.map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
        }
        #expect(try provider([]) == "authz # default")
        try folder.write("provider: one", to: "authz.yaml")
        try folder.write("\nprovider: two", to: "other.yaml")
        #expect(try provider([]) == "one # authz.yaml:1")
        #expect(try provider(["--config", "other.yaml"]) == "two # other.yaml:2")
        #expect(try provider([], ["AUTHZ_CONFIG": "other.yaml"]) == "two # other.yaml:2")
        #expect(try provider([], ["AUTHZ_PROVIDER": "three"]) == "three # environment")
        #expect(try provider(["--provider", "four"], ["AUTHZ_PROVIDER": "three"]) == "four # flag")
    }

    @Test("a file with an unknown key ends a command with 2, the place and what was meant; version does not read it")
    func unknownKey() throws {
        let folder = try TemporaryFolder()
        try folder.write("policies: .\nlisen: 127.0.0.1:1\n", to: "authz.yaml")
        let result = try Self.authz(["serve"], in: folder)
        #expect(result.status == 2)
        #expect(
            result.errors.contains("authz.yaml:2:1: error: unknown field `lisen` in the configuration [unknown-field]"))
        #expect(result.errors.contains("hint: did you mean `listen`?"))
        #expect(try Self.authz(["version"], in: folder).status == 0)
        #expect(try Self.authz(["serve", "--config", "missing.yaml"], in: folder).status == 2)
    }

    @Test("a healthcheck says whether a server is ready, with its exit status")
    func healthcheck() throws {
        let server = try RunningServer()
        for arguments in [["--admin", "http://\(server.admin)"], ["--address", "\(server.admin)"]] {
            let result = try Self.authz(["healthcheck"] + arguments, in: TemporaryFolder())
            #expect(result.status == 0)
            #expect(result.output == "ready\n")
        }
        let folder = try TemporaryFolder()
        try folder.write("adminListen: \(server.admin)", to: "authz.yaml")
        #expect(try Self.authz(["healthcheck"], in: folder).status == 0)
        server.child.stop()
        _ = try server.child.exitStatus()
        let result = try Self.authz(["healthcheck"], in: folder)
        #expect(result.status == 1)
        #expect(result.output.hasPrefix("not ready: http://\(server.admin)/readyz: "))
        #expect(try Self.authz(["healthcheck", "--admin", "nowhere"], in: folder).status == 64)
    }
}
