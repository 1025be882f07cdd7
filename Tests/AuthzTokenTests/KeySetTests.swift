import AuthzTestSupport
import AuthzToken
import Testing

@Suite struct KeySetTests {
    struct Refused: Sendable, CustomTestStringConvertible {
        var document: String, error: KeySetError, text: String
        var testDescription: String { document }
    }

    @Test(
        "a set that Envoy refuses is an error with Envoy's text",
        arguments: [
            Refused(document: "", error: .notJSON, text: "Jwks is an invalid JSON"),
            Refused(document: "<html>", error: .notJSON, text: "Jwks is an invalid JSON"),
            Refused(document: "[]", error: .notJSON, text: "Jwks is an invalid JSON"),
            Refused(document: #"{"keys":[],"keys":[]}"#, error: .notJSON, text: "Jwks is an invalid JSON"),
            Refused(document: "{}", error: .keysMissing, text: "Jwks does not have [keys] field"),
            Refused(
                document: TestSigner.p256.jwk(), error: .keysMissing, text: "Jwks does not have [keys] field"),
            Refused(
                document: #"{"Keys":[]}"#, error: .keysMissing, text: "Jwks does not have [keys] field"),
            Refused(document: #"{"keys":null}"#, error: .keysNotArray, text: "[keys] in Jwks is not an array"),
            Refused(document: #"{"keys":{}}"#, error: .keysNotArray, text: "[keys] in Jwks is not an array"),
            Refused(
                document: #"{"keys":[]}"#, error: .noKeys, text: "Jwks doesn't have any valid public key"),
            Refused(
                document: #"{"keys":[5,null]}"#, error: .noKeys, text: "Jwks doesn't have any valid public key"),
            Refused(
                document: #"{"keys":[{"kty":"FOO"},{}]}"#, error: .noValidKey(.typeNotSupported),
                text: "[kty] is not supported in [keys]"),
        ])
    func refused(_ c: Refused) {
        #expect(throws: c.error) { try KeySet(jwks: Array(c.document.utf8).span, origin: .inline) }
        #expect(c.error.text == c.text)
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var key: String, error: KeyError
        var testDescription: String { "\(error.rawValue): \(key.prefix(80))" }
    }

    private static let rsa = TestSigner.rsa2048
    private static let ec = TestSigner.p256
    private static let oct = TestSigner.oct
    private static let okp = TestSigner.ed25519

    private static let badKeys = [
        Bad(key: #"{"n":"AA"}"#, error: .typeMissing),
        Bad(key: #"{"kty":5}"#, error: .typeNotString),
        Bad(key: #"{"kty":"rsa"}"#, error: .typeNotSupported),
        Bad(key: okp.jwk(["kty": "\"O\u{212a}P\""]), error: .typeNotSupported),
        Bad(key: rsa.jwk(["alg": "\"HS256\""]), error: .rsaAlgorithm),
        Bad(key: rsa.jwk(["n": ""]), error: .rsaModulusMissing),
        Bad(key: rsa.jwk(["n": "5"]), error: .rsaModulusNotString),
        Bad(key: rsa.jwk(["e": ""]), error: .rsaExponentMissing),
        Bad(key: rsa.jwk(["e": "65537"]), error: .rsaExponentNotString),
        Bad(key: rsa.jwk(["e": "\"EQ\""]), error: .rsaInvalid),
        Bad(key: rsa.jwk(["n": "\"\""]), error: .rsaInvalid),
        Bad(key: rsa.jwk(["n": "\"AA\""]), error: .rsaInvalid),
        Bad(key: rsa.jwk(["n": "\"a+b/\""]), error: .rsaInvalid),
        Bad(key: rsa.jwk(["n": quoted(Array([0x80] + [UInt8](repeating: 0, count: 255)))]), error: .rsaInvalid),
        Bad(key: rsa.jwk(["n": quoted([UInt8](repeating: 0xff, count: 63))]), error: .rsaInvalid),
        Bad(key: rsa.jwk(["n": quoted([UInt8](repeating: 0xff, count: 2049))]), error: .rsaInvalid),
        Bad(key: ec.jwk(["alg": "\"RS256\""]), error: .ecAlgorithm),
        Bad(key: ec.jwk(["crv": "5"]), error: .ecCurveNotString),
        Bad(key: ec.jwk(["crv": "\"secp256k1\""]), error: .ecCurveNotSupported),
        Bad(key: ec.jwk(["crv": "", "alg": "\"ES256K\""]), error: .ecCurveNotSupported),
        Bad(key: ec.jwk(["alg": "\"ES384\""]), error: .ecCurveNotOfAlgorithm),
        Bad(key: ec.jwk(["x": ""]), error: .ecXMissing),
        Bad(key: ec.jwk(["x": "5"]), error: .ecXNotString),
        Bad(key: ec.jwk(["y": ""]), error: .ecYMissing),
        Bad(key: ec.jwk(["y": "null"]), error: .ecYNotString),
        Bad(key: ec.jwk(["x": "\"!\""]), error: .ecNotBase64URL),
        Bad(key: ec.jwk(["x": "\"AQ\""]), error: .ecInvalid),
        Bad(key: ec.jwk(["x": quoted([UInt8](repeating: 1, count: 33))]), error: .ecInvalid),
        Bad(key: ec.jwk(["x": quoted([UInt8](repeating: 0xff, count: 32))]), error: .ecInvalid),
        Bad(key: oct.jwk(["alg": "\"RS256\""]), error: .octAlgorithm),
        Bad(key: oct.jwk(["k": ""]), error: .octMissing),
        Bad(key: oct.jwk(["k": "5"]), error: .octNotString),
        Bad(key: oct.jwk(["k": "\"\""]), error: .octNotBase64URL),
        Bad(key: oct.jwk(["k": "\"A\""]), error: .octNotBase64URL),
        Bad(key: okp.jwk(["alg": "\"Ed25519\""]), error: .okpAlgorithm),
        Bad(key: okp.jwk(["crv": ""]), error: .okpCurveMissing),
        Bad(key: okp.jwk(["crv": "5"]), error: .okpCurveNotString),
        Bad(key: okp.jwk(["crv": "\"X25519\""]), error: .okpCurveNotSupported),
        Bad(key: okp.jwk(["x": ""]), error: .okpXMissing),
        Bad(key: okp.jwk(["x": "[]"]), error: .okpXNotString),
        Bad(key: okp.jwk(["x": "\"A\""]), error: .okpNotBase64URL),
        Bad(key: okp.jwk(["x": "\"AAAA\""]), error: .okpWrongLength),
    ]

    @Test("a key that Envoy does not take is left out with Envoy's reason, and the others stay", arguments: badKeys)
    func bad(_ c: Bad) throws {
        #expect(throws: KeySetError.noValidKey(c.error)) {
            try KeySet(jwks: Array("{\"keys\":[\(c.key)]}".utf8).span, origin: .inline)
        }
        let document = "{\"keys\":[\(c.key),\(Self.ec.jwk())]}"
        let set = try KeySet(jwks: Array(document.utf8).span, origin: .inline)
        #expect(set.keys.map(\.index) == [1])
        #expect(set.skipped.map(\.index) == [0])
        #expect(set.skipped.map(\.reason) == [.invalid(c.error)])
    }

    @Test("every reason of Envoy has a row")
    func complete() {
        #expect(Set(Self.badKeys.map(\.error)) == Set(KeyError.allCases))
    }

    struct Skipped: Sendable, CustomTestStringConvertible {
        var key: String, origin = KeyOptions.Origin.inline, reason: SkippedKey.Reason?, why: String
        var testDescription: String { why }
    }

    @Test(
        "a key that Envoy takes is left out only by the rules of our own",
        arguments: [
            Skipped(key: rsa.jwk(), reason: nil, why: "the good key"),
            Skipped(key: rsa.jwk(["use": "\"sig\""]), reason: nil, why: "for signatures"),
            Skipped(key: rsa.jwk(["use": "\"enc\""]), reason: .notForSignatures, why: "for encryption"),
            Skipped(key: rsa.jwk(["use": "\"Sig\""]), reason: .notForSignatures, why: "case-sensitive"),
            Skipped(key: rsa.jwk(["use": "1"]), reason: .notForSignatures, why: "a use that is no string"),
            Skipped(key: rsa.jwk(["key_ops": #"["sign","verify"]"#]), reason: nil, why: "for verification too"),
            Skipped(key: rsa.jwk(["key_ops": #"["sign"]"#]), reason: .notForVerification, why: "for signing alone"),
            Skipped(key: rsa.jwk(["key_ops": "[]"]), reason: .notForVerification, why: "for nothing"),
            Skipped(key: rsa.jwk(["key_ops": #""verify""#]), reason: .notForVerification, why: "no array"),
            Skipped(key: rsa.jwk(["e": #""AQAB""#]), reason: nil, why: "e of three bytes"),
            Skipped(key: rsa.jwk(["e": #""AAEAAQ""#]), reason: nil, why: "a leading zero byte"),
            Skipped(key: rsa.jwk(["e": #""AAEAAQ==""#]), reason: .padded(member: "e"), why: "padding"),
            Skipped(
                key: rsa.jwk(["e": #""AAEAAQ..""#]), reason: .padded(member: "e"),
                why: "dots, which Envoy takes for padding"),
            Skipped(key: rsa.jwk(["e": #""AQ AB""#]), reason: nil, why: "blanks, as Envoy"),
            Skipped(key: oct.jwk(), reason: nil, why: "a symmetric key of the policy"),
            Skipped(key: oct.jwk(), origin: .fetched, reason: .symmetric, why: "a symmetric key from elsewhere"),
            Skipped(key: oct.jwk(), origin: .file("k.json"), reason: .symmetric, why: "a symmetric key of a file"),
            Skipped(key: rsa.jwk(), origin: .fetched, reason: nil, why: "a public key from elsewhere"),
            Skipped(key: ec.jwk(["crv": ""]), reason: nil, why: "no curve means P-256"),
            Skipped(key: ec.jwk(["crv": "", "alg": "\"ES256\""]), reason: nil, why: "the curve of the alg"),
            Skipped(
                key: TestSigner(.rsa(bits: 2040)).jwk(), reason: .modulusTooShort(bits: 2040, minimum: 2048),
                why: "a modulus of 2040 bits"),
        ])
    func skipped(_ c: Skipped) throws {
        let set = try KeySet(jwks: Array("{\"keys\":[\(c.key)]}".utf8).span, origin: c.origin)
        #expect(set.skipped.map(\.reason) == (c.reason.map { [$0] } ?? []))
        #expect(set.keys.count == (c.reason == nil ? 1 : 0))
    }

    @Test("the limits of our own can be set")
    func options() throws {
        let short = TestSigner(.rsa(bits: 1024))
        var check = Check()
        check.jwks = short.jwks()
        let token = short.token(payload: payload())
        #expect(try check.status(of: token) == .signatureInvalid, "the set is left empty")
        check.options.minimumRSABits = 1024
        #expect(try check.status(of: token) == .verified)
        check.jwks = Self.oct.jwks()
        check.origin = .fetched
        #expect(try check.status(of: Self.oct.token(payload: payload())) == .signatureInvalid)
        check.options.allowsSymmetricKeys = true
        #expect(try check.status(of: Self.oct.token(payload: payload())) == .verified)
    }

    @Test("keys and what is left out are described without key material")
    func descriptions() throws {
        let keys = [
            Self.rsa.jwk(["kid": "\"r\"", "alg": "\"RS256\""]), Self.ec.jwk(["kid": "\"e\""]), Self.okp.jwk(),
            Self.oct.jwk(),
            Self.rsa.jwk(["kid": "\"u\"", "use": "\"enc\""]), "5", Self.rsa.jwk(["key_ops": "[]"]),
            Self.ec.jwk(["crv": "5"]), Self.oct.jwk(["k": "\"AA==\""]),
        ]
        let document = "{\"keys\":[\(keys.joined(separator: ","))]}"
        let set = try KeySet(jwks: Array(document.utf8).span, origin: .inline)
        #expect(
            set.keys.map(\.description) == [
                "RSA 2048 kid `r` alg `RS256`", "EC P-256 kid `e`", "OKP Ed25519", "oct",
            ])
        #expect(
            set.skipped.map(\.message) == [
                "key 5 (`u`) is left out: its `use` is not `sig`",
                "key 6 is left out: it is not an object",
                "key 7 is left out: its `key_ops` lacks `verify`",
                "key 8 is left out: [crv] field is not string for an EC key",
                "key 9 is left out: `k` has base64 padding",
            ])
        let fetched = try KeySet(jwks: Array(Self.oct.jwks().utf8).span, origin: .fetched)
        #expect(
            fetched.skipped.map(\.message) == [
                "key 1 is left out: a symmetric key counts only where it is written in the policy"
            ])
    }

    @Test("no prefix of a document is a set, and none stops the process")
    func truncation() throws {
        let document = Array("{\"keys\":[\(Self.rsa.jwk()),\(Self.ec.jwk()),\(Self.okp.jwk()),\(Self.oct.jwk())]}".utf8)
        for count in 0..<document.count {
            #expect(throws: KeySetError.notJSON) {
                try KeySet(jwks: document.span.extracting(0..<count), origin: .inline)
            }
        }
        #expect(try KeySet(jwks: document.span, origin: .inline).keys.count == 4)
    }
}

private func quoted(_ bytes: [UInt8]) -> String {
    "\"\(TestBase64URL.encode(bytes))\""
}
