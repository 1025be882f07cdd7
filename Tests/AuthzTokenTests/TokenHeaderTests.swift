import AuthzTestSupport
import AuthzToken
import Testing

@Suite struct TokenHeaderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var header: String, status: TokenStatus, why: String
        var testDescription: String { "\(header): \(why)" }
    }

    @Test(
        "a header names an algorithm, perhaps a key, and nothing critical",
        arguments: [
            Case(header: #"{"alg":"RS256"}"#, status: .verified, why: "the good header"),
            Case(header: #"{"alg":"RS256","#, status: .headerNotJSON, why: "cut off"),
            Case(header: #"{"alg":"RS256",}"#, status: .headerNotJSON, why: "a trailing comma"),
            Case(header: #"["RS256"]"#, status: .headerNotJSON, why: "an array"),
            Case(header: #"{"alg":"RS256","alg":"RS256"}"#, status: .headerNotJSON, why: "a member twice"),
            Case(header: #"null"#, status: .algorithmNotString, why: "null is an empty object to Envoy"),
            Case(header: #"{}"#, status: .algorithmNotString, why: "no alg"),
            Case(header: #"{"alg":256}"#, status: .algorithmNotString, why: "a number"),
            Case(header: #"{"Alg":"RS256"}"#, status: .algorithmNotString, why: "names are case-sensitive"),
            Case(header: #"{"alg":"none"}"#, status: .algorithmNotSupported, why: "never without a signature"),
            Case(header: #"{"alg":"None"}"#, status: .algorithmNotSupported, why: "never, in any case"),
            Case(header: #"{"alg":"rs256"}"#, status: .algorithmNotSupported, why: "names are case-sensitive"),
            Case(header: #"{"alg":""}"#, status: .algorithmNotSupported, why: "empty"),
            Case(header: #"{"alg":"RS2567"}"#, status: .algorithmNotSupported, why: "a longer name"),
            Case(header: #"{"alg":"Ed25519"}"#, status: .algorithmNotSupported, why: "not in Envoy's list"),
            Case(header: #"{"alg":"RS256","kid":"a"}"#, status: .verified, why: "a key without kid serves all"),
            Case(header: #"{"alg":"RS256","kid":""}"#, status: .verified, why: "an empty kid is none"),
            Case(header: #"{"alg":"RS256","kid":7}"#, status: .keyIDNotString, why: "a number"),
            Case(header: #"{"alg":"RS256","kid":null}"#, status: .keyIDNotString, why: "null is there"),
            Case(header: #"{"alg":"RS256","b64":false}"#, status: .verified, why: "ignored, not being critical"),
            Case(header: #"{"alg":"RS256","crit":["exp"]}"#, status: .criticalHeader, why: "no extension is known"),
            Case(header: #"{"alg":"RS256","crit":[]}"#, status: .criticalHeader, why: "RFC 7515 §4.1.11 wants one"),
            Case(
                header: #"{"alg":"RS256","jku":"https://evil.example/","jwk":{"kty":"oct","k":"AA"},"x5u":"x"}"#,
                status: .verified, why: "keys of the header are not looked at"),
        ])
    func header(_ c: Case) throws {
        let token = TestSigner.rsa2048.token(header: c.header, payload: payload())
        #expect(try Check().status(of: token) == c.status)
    }

    @Test("a critical header changes no answer that Envoy refuses with")
    func criticalComesLast() throws {
        let header = #"{"alg":"RS256","crit":["exp"]}"#
        let expired = TestSigner.rsa2048.token(header: header, payload: payload(#""exp":1"#))
        #expect(try Check().status(of: expired) == .expired)
        let forged = TestSigner.otherRSA2048.token(header: header, payload: payload())
        #expect(try Check().status(of: forged) == .signatureInvalid)
    }
}
