import AuthzTestSupport
import AuthzToken
import Testing

@Suite struct TokenClaimTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var payload: String, audiences: [String] = [], issuer = "https://a.example"
        var status: TokenStatus, why: String
        var testDescription: String { "\(payload): \(why)" }
    }

    private func expect(_ c: Case) throws {
        var check = Check()
        check.issuer = c.issuer
        check.audiences = c.audiences
        #expect(try check.status(of: TestSigner.rsa2048.token(payload: c.payload)) == c.status)
    }

    @Test(
        "a payload is an object whose registered claims have their types",
        arguments: [
            Case(payload: payload(), status: .verified, why: "the good payload"),
            Case(payload: payload(#""sub":"u","jti":"j","aud":"x""#), status: .verified, why: "strings"),
            Case(payload: "[]", status: .payloadNotJSON, why: "an array"),
            Case(payload: " ", status: .payloadNotJSON, why: "blank"),
            Case(payload: payload() + "x", status: .payloadNotJSON, why: "text behind"),
            Case(payload: payload(#""a":{"b":1,"\u0062":2}"#), status: .payloadNotJSON, why: "a nested member twice"),
            Case(payload: "null", status: .issuerUnknown, why: "null has no issuer"),
            Case(payload: "null", issuer: "", status: .payloadNotJSON, why: "null is no object"),
            Case(payload: #"{"iss":5}"#, status: .issuerNotString, why: "a number"),
            Case(payload: payload(#""sub":null"#), status: .subjectNotString, why: "null is there"),
            Case(payload: payload(#""iat":"1""#), status: .issuedAtNotInteger, why: "a string"),
            Case(payload: payload(#""iat":-1"#), status: .issuedAtOutOfRange, why: "negative"),
            Case(payload: payload(#""iat":99999999999"#), status: .verified, why: "iat is not compared"),
            Case(payload: payload(#""nbf":true"#), status: .notBeforeNotInteger, why: "a Boolean"),
            Case(payload: payload(#""nbf":1e20"#), status: .notBeforeOutOfRange, why: "beyond 64 bits"),
            Case(payload: payload(#""exp":null"#), status: .expirationNotInteger, why: "null is there"),
            Case(payload: payload(#""exp":-0.5"#), status: .expirationOutOfRange, why: "negative"),
            Case(
                payload: payload(#""exp":18446744073709551616"#), status: .expirationOutOfRange, why: "2^64"),
            Case(payload: payload(#""exp":18446744073709549568"#), status: .verified, why: "the double below 2^64"),
            Case(payload: payload(#""exp":1e400"#), status: .payloadNotJSON, why: "beyond the doubles"),
            Case(payload: payload(#""jti":[]"#), status: .tokenIDNotString, why: "an array"),
            Case(payload: payload(#""aud":["a","b"]"#), status: .verified, why: "strings"),
            Case(payload: payload(#""aud":["a",1]"#), status: .audienceNotStrings, why: "a number among them"),
            Case(payload: payload(#""aud":{}"#), status: .audienceNotStrings, why: "an object"),
            Case(payload: payload(#""aud":null"#), status: .audienceNotStrings, why: "null is there"),
            Case(payload: #"{"iss":5,"exp":"1"}"#, status: .issuerNotString, why: "iss is checked first"),
            Case(payload: payload(#""jti":1,"exp":"1""#), status: .expirationNotInteger, why: "exp before jti"),
        ])
    func types(_ c: Case) throws { try expect(c) }

    @Test(
        "the issuer is compared byte for byte",
        arguments: [
            Case(payload: payload(), status: .verified, why: "equal"),
            Case(payload: payload(), issuer: "https://a.example/", status: .issuerUnknown, why: "a slash more"),
            Case(payload: payload(), issuer: "https://A.example", status: .issuerUnknown, why: "another case"),
            Case(payload: "{}", status: .issuerUnknown, why: "absent"),
            Case(payload: #"{"iss":""}"#, status: .issuerUnknown, why: "empty"),
            Case(payload: "{}", issuer: "", status: .verified, why: "a rule without issuer takes any"),
            Case(payload: #"{"iss":"https://b.example","exp":1}"#, status: .issuerUnknown, why: "before the time"),
        ])
    func issuer(_ c: Case) throws { try expect(c) }

    struct Time: Sendable, CustomTestStringConvertible {
        var claims: String, status: TokenStatus, why: String
        var testDescription: String { "\(claims): \(why)" }
    }

    @Test(
        "times are kept to within 60 seconds, both limits included",
        arguments: [
            Time(claims: #""exp":1767225539"#, status: .verified, why: "60 s ago"),
            Time(claims: #""exp":1767225538"#, status: .expired, why: "61 s ago"),
            Time(claims: #""exp":1767225538.9"#, status: .expired, why: "the fraction is cut off"),
            Time(claims: #""exp":1.7672255390e9"#, status: .verified, why: "60 s ago, with an exponent"),
            Time(claims: #""exp":0"#, status: .verified, why: "0 never expires"),
            Time(claims: #""exp":0.9"#, status: .verified, why: "cut off to 0"),
            Time(claims: #""exp":-0.0"#, status: .verified, why: "minus zero is zero"),
            Time(claims: #""exp":1"#, status: .expired, why: "1970"),
            Time(claims: #""nbf":1767225659"#, status: .verified, why: "in 60 s"),
            Time(claims: #""nbf":1767225660"#, status: .notYetValid, why: "in 61 s"),
            Time(claims: #""nbf":18446744073709549568"#, status: .notYetValid, why: "the largest"),
            Time(claims: #""nbf":1767225660,"exp":1"#, status: .notYetValid, why: "nbf is looked at first"),
        ])
    func time(_ c: Time) throws { try expect(Case(payload: payload(c.claims), status: c.status, why: c.why)) }

    @Test("a clock before 1970 or at its end stops nothing")
    func clock() throws {
        var check = Check()
        let token = TestSigner.rsa2048.token(payload: payload(#""exp":1"#))
        for (now, status) in [
            (Int64.min, TokenStatus.verified), (0, .verified), (61, .verified), (62, .expired), (.max, .expired),
        ] {
            check.now = now
            #expect(try check.status(of: token) == status)
        }
    }

    @Test(
        "audiences are compared without scheme and one slash",
        arguments: [
            Case(payload: payload(#""aud":"api""#), audiences: ["api"], status: .verified, why: "equal"),
            Case(payload: payload(#""aud":"api""#), audiences: [], status: .verified, why: "none asked for"),
            Case(payload: payload(), audiences: ["api"], status: .audienceNotAllowed, why: "absent"),
            Case(payload: payload(#""aud":[]"#), audiences: ["api"], status: .audienceNotAllowed, why: "none"),
            Case(payload: payload(#""aud":"API""#), audiences: ["api"], status: .audienceNotAllowed, why: "case"),
            Case(
                payload: payload(#""aud":["x","api"]"#), audiences: ["y", "api"], status: .verified, why: "one of both"),
            Case(
                payload: payload(#""aud":"https://api/""#), audiences: ["api"], status: .verified, why: "of the token"),
            Case(payload: payload(#""aud":"api""#), audiences: ["http://api/"], status: .verified, why: "of the rule"),
            Case(
                payload: payload(#""aud":"api//""#), audiences: ["api"], status: .audienceNotAllowed,
                why: "one slash only"),
            Case(
                payload: payload(#""aud":"http://https://api""#), audiences: ["api"], status: .audienceNotAllowed,
                why: "one scheme only"),
            Case(
                payload: payload(#""aud":"HTTPS://api""#), audiences: ["api"], status: .audienceNotAllowed,
                why: "the scheme in lower case"),
            Case(payload: payload(#""aud":"""#), audiences: ["https://"], status: .verified, why: "nothing is left"),
            Case(payload: payload(#""aud":"/""#), audiences: [""], status: .verified, why: "nothing is left"),
            Case(
                payload: payload(#""aud":"x","exp":1"#), audiences: ["api"], status: .expired,
                why: "the time comes first"),
        ])
    func audience(_ c: Case) throws { try expect(c) }

    @Test("a wrong audience is answered before a wrong signature")
    func audienceBeforeSignature() throws {
        var check = Check()
        check.audiences = ["api"]
        let forged = TestSigner.otherRSA2048
        #expect(try check.status(of: forged.token(payload: payload())) == .audienceNotAllowed)
        #expect(try check.status(of: forged.token(payload: payload(#""aud":"api""#))) == .signatureInvalid)
    }

    @Test("100 levels are read and 101 are not")
    func depth() throws {
        func nested(_ levels: Int) -> String {
            payload(#""a":"# + String(repeating: "[", count: levels - 1) + String(repeating: "]", count: levels - 1))
        }
        #expect(try Check().status(of: TestSigner.rsa2048.token(payload: nested(100))) == .verified)
        #expect(try Check().status(of: TestSigner.rsa2048.token(payload: nested(101))) == .payloadNotJSON)
    }
}
