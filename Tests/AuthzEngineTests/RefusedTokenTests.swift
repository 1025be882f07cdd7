import AuthzEngine
import AuthzTestSupport
import Testing

/// What a token of one rule that only we refuse leaves to the other rules of the request.
@Suite struct RefusedTokenTests {
    private static let (ours, others) = (TestSigner.p256, TestSigner.rsa2048)

    /// Two rules, each with a header of its own, and a policy that allows who has a token of the second.
    private static func scene(firstKeys: String) throws -> Scene {
        try Scene(
            """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: r, namespace: foo}
            spec:
              jwtRules:
                - {issuer: a, fromHeaders: [{name: x-a}], jwks: '\(firstKeys)'}
                - {issuer: b, fromHeaders: [{name: x-b}], jwks: '\(others.jwks())'}

            """ + Scene.policy(#"{rules: [{from: [{source: {requestPrincipals: ["b/*"]}}]}]}"#), trustsAnyIssuer: false)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var token: String, firstKeys = ours.jwks(), status: Int, why: String
        var testDescription: String { why }
    }

    private static func token(
        _ header: String = #"{"alg":"ES256"}"#, _ payload: String = #"{"iss":"a","sub":"s"}"#,
        by signer: TestSigner = ours, scheme: TestSigner.Scheme? = nil
    ) -> String {
        signer.token(header: header, payload: payload, scheme: scheme)
    }

    private static func cut(_ token: String) -> String { String(token.dropLast(4)) }

    @Test(
        "Envoy stops at a token that it takes, so no other rule stands in for one that only we refuse",
        arguments: [
            Case(token: token(), status: 403, why: "a good token: the principal is of the first rule"),
            Case(token: cut(token()), status: 200, why: "one that Envoy refuses, too"),
            Case(token: token(#"{"alg":"ES256","crit":["x"]}"#), status: 401, why: "crit"),
            Case(token: cut(token(#"{"alg":"ES256","crit":["x"]}"#)), status: 200, why: "crit and no good signature"),
            Case(
                token: token().split(separator: ".").joined(separator: "..").replacing(
                    "..", with: ".", maxReplacements: 1),
                status: 401, why: "an empty piece"),
            Case(token: token("{'alg':'ES256'}"), status: 401, why: "a header of a lenient JSON"),
            Case(token: cut(token("{'alg':'ES256'}")), status: 200, why: "the same that nobody signed"),
            Case(
                token: token(#"{"alg":"ES256"}"#, "{'iss':'a','sub':'s'}"), status: 401,
                why: "a payload of a lenient JSON"),
            Case(
                token: cut(token(#"{"alg":"ES256"}"#, "{'iss':'a'}")), status: 200, why: "the same that nobody signed"),
            Case(
                token: token(#"{"alg":"ES256"}"#, #"{"iss":"a","iss":"a"}"#), status: 200,
                why: "duplicates, which Envoy refuses"),
            Case(
                token: token(#"{"alg":"ES256"}"#, #"{"iss":"a","x":"\#(String(repeating: "x", count: 20_000))"}"#),
                status: 401,
                why: "too long"),
            Case(token: token(), firstKeys: ours.jwks(["use": "\"enc\""]), status: 401, why: "a key that we leave out"),
            Case(
                token: cut(token()), firstKeys: ours.jwks(["use": "\"enc\""]), status: 200,
                why: "a key that we leave out and that did not sign it"),
            Case(
                token: token(#"{"alg":"RS256"}"#, scheme: .ecdsa(.sha256)), status: 401,
                why: "another algorithm than the key's"),
            Case(
                token: token(#"{"alg":"ES256"}"#, by: .p384, scheme: .ecdsa(.sha256)),
                firstKeys: TestSigner.p384.jwks(),
                status: 401, why: "another hash than the curve's"),
        ])
    func otherRules(_ c: Case) throws {
        let second = Self.others.token(payload: #"{"iss":"b","sub":"s"}"#)
        let report = try Self.scene(firstKeys: c.firstKeys).report(Ask(headers: [("x-a", c.token), ("x-b", second)]))
        #expect(report.status == c.status)
    }
}
