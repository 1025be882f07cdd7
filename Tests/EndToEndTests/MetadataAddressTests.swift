import AuthzTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(2))) struct MetadataAddressTests {
    private struct Result: Decodable, Equatable {
        var errors: [String]
        var good: Int
        /// Connections that came to the address while the server fetched keys, and when the test itself connected once.
        var arrivals: Int
        var afterwards: Int
    }

    @Test("SR-29: no connection reaches the metadata service, by a URL, by discovery or by a redirect")
    func metadata() throws {
        guard let namespace = try Namespace.command("n") else {
            Issue.record("this host permits no network namespace: run the test as root, or permit user namespaces")
            return
        }
        let folder = try KeyScene.policies(
            """
            \(KeyScene.rule("http://ISSUER/keys")), {issuer: 'https://other.example', jwksUri: 'http://169.254.169.254/'},
                {issuer: 'http://ISSUER'}
            """)
        let child = try Child(
            URL(filePath: "/usr/bin/unshare"),
            namespace + [
                "python3", Repository.root.appending(path: "Tests/EndToEndTests/Scripts/metadata_address.py").path(),
                Repository.authz.path(), folder.url.path(), KeyScene.keySet([(KeyScene.first, "1")]),
                KeyScene.token(KeyScene.first, keyID: "1"),
            ])
        let status = try child.exitStatus()
        let errors = try child.errors
        #expect(status == 0, "\(errors)")
        let result = try JSONDecoder().decode(Result.self, from: Data(child.output.utf8))
        let error = "connections to 169.254.169.254 are not permitted"
        #expect(result == Result(errors: [error, error, error], good: 200, arrivals: 0, afterwards: 1))
    }
}
