import Foundation
import Testing

@Suite(.timeLimit(.minutes(3))) struct NameServerTests {
    private struct Result: Decodable {
        /// Seconds from the first question to the end of the keys, and from SIGTERM to the end of the server.
        var dropped: Double, stopped: Double
        var status: Int32
        var errors: [String]
    }

    /// What the system waits for the name server, in seconds.
    private static let systemWait = 30.0

    @Test("SR-27: a name server that does not answer puts off neither the end of the keys nor that of the server")
    func silent() throws {
        guard let namespaces = try Namespace.command("nm") else {
            Issue.record("this host permits no namespaces: run the test as root, or permit user namespaces")
            return
        }
        let folder = try KeyScene.policies(KeyScene.rule("http://ISSUER/keys"))
        let child = try Child(
            URL(filePath: "/usr/bin/unshare"),
            namespaces + [
                "python3", Repository.root.appending(path: "Tests/EndToEndTests/Scripts/silent_name_server.py").path(),
                Repository.authz.path(), folder.url.path(), KeyScene.keySet([(KeyScene.first, "1")]),
                KeyScene.token(KeyScene.first, keyID: "1"),
            ])
        let status = try child.exitStatus(within: .seconds(150))
        let errors = try child.errors
        #expect(status == 0, "\(errors)")
        let result = try JSONDecoder().decode(Result.self, from: Data(child.output.utf8))
        #expect(result.status == 0)
        #expect(result.dropped < Self.systemWait / 2)
        #expect(result.stopped < Self.systemWait / 2)
        #expect(result.errors == ["the fetch before, which timed out, still looks up a name", "timed out"])
    }
}
