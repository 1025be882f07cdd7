import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzToken
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

    /// A token of these pieces; nobody signed it.
    private static func token(_ header: String, _ claims: String = "{}") -> String {
        [header, claims, "signature"].map { Base64URL.encode(Array($0.utf8).span) }.joined(separator: ".")
    }

    @Test(
        "control characters of a token that nobody vouches for are escaped, and make no lines",
        arguments: [
            (#"{"alg":"RS256","kid":"\u001b[2J\nVALID x"}"#, "{}", #"key `\u{1b}[2J\nVALID x`"#),
            (#"{"alg":"\u001b[2JRS256\nVALID"}"#, "{}", #"signed with \u{1b}[2JRS256\nVALID"#),
            (#"{"alg":"RS256"}"#, #"{"iss":"\u009b31mX\u202e\u061c"}"#, #"\u{9b}31mX\u{202e}\u{61c}"#),
            (#"{"alg":"RS256"}"#, #"{"\u009b2J":1}"#, #"\u{9b}2J"#),
        ])
    func tokenControls(_ header: String, _ claims: String, _ shown: String) throws {
        let scratch = try Scratch(["keys.json": #"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#])
        var settings = TokenVerifySettings(against: .keySet(scratch("keys.json")), now: 0)
        settings.issuer = "https://i.example"
        settings.limits.allowsSymmetricKeys = true
        let (answers, messages) = (try Capture(), try Capture())
        let output = OutputSettings(
            format: .text, color: .never, isColorRefused: true, isQuiet: false, isVerbose: false)
        let console = Console(output, answers: answers.stream, messages: messages.stream)
        let input = TokenInput([Self.token(header, claims)])
        #expect(try TokenVerifier(TokenCheck.make(settings, console), console, now: 0).run(input) == 1)
        _ = try TokenInspector(console, now: 0).run(input)
        let text = try answers.text()
        #expect(text.contains(shown))
        #expect(
            text.unicodeScalars.allSatisfy {
                $0 == "\n"
                    || ($0.value >= 0x20 && !(0x7f..<0xa0).contains($0.value) && $0 != "\u{202e}" && $0 != "\u{61c}")
            })
        #expect(!text.split(separator: "\n").contains { $0.hasPrefix("VALID") })
        withExtendedLifetime((answers, messages)) {}
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
