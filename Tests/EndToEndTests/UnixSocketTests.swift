import Foundation
import Testing

/// `authz serve` on Unix sockets, and curl as its client.
@Suite struct UnixSocketTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("who calls over a Unix socket is trusted only where it is said")
    func trust() throws {
        let plain = try RunningUnixServer(in: folder)
        #expect(try plain.check("/account", token: Example.alice) == 200)
        #expect(try plain.check("/api/v1/orders", naming: Example.frontend) == 403)
        #expect(try Curl.send(["--unix-socket", plain.admin], to: "http://localhost/readyz").status == 200)
        plain.child.stop()
        #expect(try plain.child.exitStatus() == 0)

        let trusting = try RunningUnixServer(in: folder, ["--trusted-proxies", "unix"])
        #expect(try trusting.check("/api/v1/orders", naming: Example.frontend) == 200)
        #expect(try trusting.check("/api/v1/orders", naming: Example.stranger) == 403)
    }

    @Test("owner and group may connect, whatever the umask")
    func permissions() throws {
        let server = try RunningUnixServer(in: folder)
        for path in [server.checks, server.admin] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o660)
            #expect(attributes[.type] as? FileAttributeType == .typeSocket)
        }
    }

    @Test("the files are gone after the end, and those of a killed server are replaced")
    func files() throws {
        let first = try RunningUnixServer(in: folder)
        first.child.stop(SIGKILL)
        #expect(try first.child.exitStatus() == -SIGKILL)
        #expect(FileManager.default.fileExists(atPath: first.checks))

        let second = try RunningUnixServer(in: folder)
        #expect(try second.check("/account", token: Example.alice) == 200)
        let third = try authz(
            "serve", "--policies", "policies", "--listen", "unix:\(second.checks)", "--admin-listen", "127.0.0.1:0")
        #expect(third.status == 2)
        #expect(
            third.errors.hasSuffix("authz: error: cannot listen on `unix:\(second.checks)`: the socket is in use\n"))
        #expect(try second.check("/account", token: Example.alice) == 200)
        second.child.stop()
        #expect(try second.child.exitStatus() == 0)
        #expect(!FileManager.default.fileExists(atPath: second.checks))
        #expect(!FileManager.default.fileExists(atPath: second.admin))
    }
}
