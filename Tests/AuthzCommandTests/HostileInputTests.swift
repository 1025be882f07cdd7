import AuthzCore
import AuthzEngine
import AuthzPolicy
import Glibc
import Testing

@testable import authz

/// Input that once steered the output, showed a secret, or kept a command waiting.
@Suite struct HostileInputTests {
    private static let policies = """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: r, namespace: n}
        spec: {jwtRules: [{issuer: i, jwksUri: "https://i.example/keys", fromParams: [t]}]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: p, namespace: n}
        spec:
          rules:
          - when:
            - {key: "request.headers[authorization]", values: [x]}
            - {key: "request.headers[x-tenant]", values: [acme]}
        """

    private static func explain(_ request: String) throws -> (text: String, report: DecisionReport) {
        let (report, trace) = try OfflineFixture.decide(request, by: OfflineFixture.policies(policies))
        let text = ExplanationText(TextStyle(usesColor: false)).text(of: Explanation(report: report, trace: trace))
        return (text, report)
    }

    @Test("control characters of a request and its token are escaped, and make no lines")
    func controls() throws {
        let text = try Self.explain(
            #"""
            {"source": {"principal": "cluster.local/ns/a/sa/b\u001b[31m"}, "destination": {"namespace": "n"},
             "request": {"path": "/", "host": "n"},
             "token": {"claims": {"iss": "i", "sub": "a\u001b[31m\n  ALLOW forged\u202e"}}}
            """#
        ).text
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x202e) })
        #expect(!text.split(separator: "\n").contains { $0.hasPrefix("  ALLOW forged") })
        #expect(text.contains(#"a\u{1b}[31m\n  ALLOW forged\u{202e}"#))
        #expect(text.contains(#"sa/b\u{1b}[31m"#))
    }

    @Test("SR-41: an explanation shows that credentials are there, and other headers as they are")
    func credentials() throws {
        let text = try Self.explain(
            """
            destination: {namespace: n}
            request: {path: /, host: n, headers: {authorization: Basic c2VjcmV0, x-tenant: umbrella}}
            """
        ).text
        #expect(!text.contains("c2VjcmV0"))
        #expect(text.contains("(14 bytes, hidden)"))
        #expect(text.contains("umbrella"))
    }

    @Test("parameters of one name keep their order when a token is taken out of the query")
    func parameters() throws {
        let report = try Self.explain(
            """
            destination: {namespace: n}
            request: {path: "/p?z=%41&z=b&z=&y=1", host: n}
            token: {claims: {iss: i, sub: s}}
            """
        ).report
        #expect(report.path == "/p?y=1&z=A&z=b&z=")
    }

    @Test("SR-36: a FIFO is refused, not waited for", .timeLimit(.minutes(1)))
    func fifo() throws {
        let folder = try Scratch(["a.yaml": "{}"])
        #expect(try DocumentFile.read(folder("a.yaml")) == Array("{}".utf8))
        try #require(mkfifo(folder("fifo.yaml"), 0o600) == 0)
        let error = #expect(throws: InputError.self) { try DocumentFile.read(folder("fifo.yaml")) }
        #expect(error?.diagnostics.map(\.code) == [.unreadableInput])
        #expect(error?.diagnostics.first?.message.hasSuffix("cannot be read: it is not a regular file") == true)
    }
}
