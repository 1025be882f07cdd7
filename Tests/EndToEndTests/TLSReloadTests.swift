import AuthzTestSupport
import Foundation
import Testing

/// Certificates that change while `authz serve` runs.
@Suite struct TLSReloadTests {
    private let folder: TemporaryFolder
    private let first: TestAuthority
    private let second: TestAuthority

    init() throws {
        folder = try TemporaryFolder()
        first = try TestAuthority("first")
        second = try TestAuthority("second")
    }

    /// Writes the certificate, key and client authority of one authority into a folder of that name.
    private func write(_ authority: TestAuthority, to name: String) throws -> TestAuthority.Certificate {
        let own = try authority.issue("own", for: ["IP:127.0.0.1"])
        let target = folder.url.appending(path: name)
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        for (source, file) in [(own.certificate, "tls.crt"), (own.key, "tls.key"), (authority.path, "ca.crt")] {
            try FileManager.default.copyItem(atPath: source, toPath: target.appending(path: file).path())
        }
        return try authority.issue("client", for: ["URI:\(Example.frontend)"])
    }

    private func start(in folder: String) throws -> RunningServer {
        let path = self.folder.url.appending(path: folder).path()
        return try RunningServer(
            "--tls-cert", "\(path)/tls.crt", "--tls-key", "\(path)/tls.key", "--tls-client-ca", "\(path)/ca.crt")
    }

    private func status(
        of server: RunningServer, trusting authority: TestAuthority, as client: TestAuthority.Certificate
    ) throws -> Int {
        try Curl.send(
            [
                "--cacert", authority.path, "--cert", client.certificate, "--key", client.key, "--header",
                "x-authz-source-principal: \(Example.frontend)",
            ], to: "https://\(server.checks)/workload/production/api/check/api/v1/orders"
        ).status
    }

    @Test("the swap of a link to a folder, as in a Kubernetes mount, brings new certificates and authorities")
    func linkSwap() throws {
        let oldClient = try write(first, to: "one")
        let newClient = try write(second, to: "two")
        let link = folder.url.appending(path: "data").path()
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "one")
        let server = try start(in: "data")
        #expect(try status(of: server, trusting: first, as: oldClient) == 200)
        #expect(try status(of: server, trusting: second, as: newClient) == 0)

        try FileManager.default.createSymbolicLink(atPath: "\(link)-new", withDestinationPath: "two")
        #expect(rename("\(link)-new", link) == 0)
        try poll("new certificate") { try status(of: server, trusting: second, as: newClient) == 200 ? () : nil }
        #expect(try status(of: server, trusting: first, as: oldClient) == 0)
        #expect(try status(of: server, trusting: second, as: oldClient) == 0, "its authority is gone")
    }

    @Test("a broken pair leaves the one before, with a warning that names the file, until it is whole")
    func brokenPair() throws {
        let oldClient = try write(first, to: "live")
        let newClient = try write(second, to: "next")
        let server = try start(in: "live")
        let live = folder.url.appending(path: "live").path()
        let next = folder.url.appending(path: "next").path()

        #expect(rename("\(next)/tls.crt", "\(live)/tls.crt") == 0)
        try poll("warning") {
            try server.child.errors.contains("certificate not read; the one before stays") ? () : nil
        }
        #expect(try server.child.errors.contains("the key `\(live)/tls.key` is not that of the first certificate"))
        #expect(try status(of: server, trusting: first, as: oldClient) == 200)

        #expect(rename("\(next)/tls.key", "\(live)/tls.key") == 0)
        #expect(rename("\(next)/ca.crt", "\(live)/ca.crt") == 0)
        try poll("new certificate") { try status(of: server, trusting: second, as: newClient) == 200 ? () : nil }
        #expect(try server.child.errors.contains("certificate read"))
    }
}
