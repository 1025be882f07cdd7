import AuthzTestSupport
import AuthzToken
import Testing

@Suite struct MintedTokenTests {
    private func mint(
        _ algorithm: SignatureAlgorithm, claims: String = payload(), keyID: String? = nil
    ) throws -> (token: MintedToken, key: SigningKey) {
        let key = try #require(SigningKey.generate(for: algorithm))
        return (try MintedToken(claims: Array(claims.utf8), key: key, algorithm: algorithm, keyID: keyID), key)
    }

    @Test("a minted token verifies with its key set, and with no other", arguments: SignatureAlgorithm.allCases)
    func verifies(_ algorithm: SignatureAlgorithm) throws {
        let minted = try mint(algorithm).token
        var check = Check()
        check.jwks = minted.keySet
        #expect(try check.status(of: minted.token) == .verified)
        check.jwks = try mint(algorithm).token.keySet
        #expect(try check.status(of: minted.token) == .keyUnknown)
    }

    @Test("a key is read back from PEM, or as a JWK, and signs under the same kid")
    func readBack() throws {
        for algorithm in SignatureAlgorithm.allCases {
            let (minted, key) = try mint(algorithm)
            let file = key.pem.isEmpty ? Array(minted.keySet.utf8) : key.pem
            let again = try MintedToken(
                claims: Array(payload().utf8), key: try SigningKey.parse(file), algorithm: algorithm)
            #expect(again.keySet == minted.keySet)
            var check = Check()
            check.jwks = minted.keySet
            #expect(try check.status(of: again.token) == .verified)
        }
    }

    @Test("every kid is marked as that of a test key")
    func marked() throws {
        #expect(try mint(.es256).token.keyID.hasPrefix("authz-test-"))
        #expect(try mint(.es256, keyID: "prod-1").token.keyID == "authz-test-prod-1")
        #expect(try mint(.es256, keyID: "authz-test-a").token.keyID == "authz-test-a")
        #expect(try mint(.es256, keyID: "").token.keyID.hasPrefix("authz-test-"))
    }

    @Test(
        "claims are a JSON object that libjwt can write",
        arguments: [
            ("", MintingError.claimsNotObject), ("[]", .claimsNotObject), (#"{"a":1,"a":1}"#, .claimsNotObject),
            (#"{"n":123456789012345678901234567890}"#, .refused), (#"{"a":"\u0000"}"#, .refused),
        ])
    func refused(_ claims: String, _ error: MintingError) throws {
        #expect(throws: error) { try mint(.es256, claims: claims) }
    }

    @Test("a key signs only with algorithms of its own")
    func algorithm() throws {
        let key = try #require(SigningKey.generate(for: .es256))
        #expect(throws: MintingError.algorithmDoesNotFit) {
            try MintedToken(claims: Array("{}".utf8), key: key, algorithm: .rs256)
        }
    }

    /// RFC 8037 A.1: a private key, and the public one that belongs to it.
    private static let otherHalf = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
    private static let publicHalf = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"

    @Test(
        "a key that says it signs, with both halves where it has two, does",
        arguments: [
            TestSigner.ed25519.jwk([
                "d": "\"\(otherHalf)\"", "x": "\"\(publicHalf)\"", "use": "\"sig\"", "alg": "\"EdDSA\"",
                "key_ops": "[\"verify\",\"sign\"]",
            ]),
            TestSigner.oct.jwk(["use": "\"sig\"", "alg": "\"HS256\"", "key_ops": "[\"sign\"]"]), TestSigner.oct.jwk(),
        ])
    func readable(_ text: String) throws {
        let key = try SigningKey.parse(Array(text.utf8))
        let minted = try MintedToken(claims: Array(payload().utf8), key: key, algorithm: key.usualAlgorithm)
        var check = Check()
        check.jwks = minted.keySet
        #expect(try check.status(of: minted.token) == .verified)
    }

    struct Unreadable: Sendable, CustomTestStringConvertible {
        var text: String, error: SigningKeyError
        var testDescription: String { "\(error): \(text.prefix(60))" }
    }

    @Test(
        "what is no private key is refused with the reason",
        arguments: [
            Unreadable(text: "", error: .notPEM), Unreadable(text: "-----BEGIN PRIVATE KEY-----", error: .notPEM),
            Unreadable(text: "{", error: .notJSON), Unreadable(text: "{}", error: .typeNotSupported),
            Unreadable(text: TestSigner.rsa2048.jwk(), error: .notPrivate),
            Unreadable(text: TestSigner.p256.jwk(), error: .notPrivate),
            Unreadable(text: TestSigner.ed25519.jwk(), error: .notPrivate),
            Unreadable(text: TestSigner.rsa2048.jwks(), error: .notPrivate),
            Unreadable(text: TestSigner.p256.jwk(["d": "\"AQ\""]), error: .invalidKey),
            Unreadable(text: TestSigner.rsa2048.jwk(["d": "\"AQAB\""]), error: .invalidKey),
            Unreadable(text: TestSigner.p256.jwk(["d": "\"A=\""]), error: .memberNotBase64URL("d")),
            Unreadable(text: #"{"kty":"oct","k":""}"#, error: .memberMissing("k")),
            Unreadable(text: TestSigner.ed25519.jwk(["d": "\"\(otherHalf)\""]), error: .invalidKey),
            Unreadable(
                text: TestSigner.ed25519.jwk(["d": "\"\(otherHalf)\"", "x": "1"]), error: .memberNotBase64URL("x")),
            Unreadable(text: TestSigner.oct.jwk(["use": "\"enc\""]), error: .notForSigning("use")),
            Unreadable(text: TestSigner.oct.jwk(["use": "1"]), error: .notForSigning("use")),
            Unreadable(text: TestSigner.oct.jwk(["key_ops": "[\"verify\"]"]), error: .notForSigning("key_ops")),
            Unreadable(text: TestSigner.oct.jwk(["key_ops": "\"sign\""]), error: .notForSigning("key_ops")),
            Unreadable(
                text: TestSigner.ed25519.jwk(["d": "\"\(otherHalf)\"", "x": "", "alg": "\"Ed25519\""]),
                error: .algorithmNotSupported),
            Unreadable(text: TestSigner.oct.jwks(["alg": "\"none\""]), error: .algorithmNotSupported),
            Unreadable(
                text: "{\"keys\":[\(TestSigner.oct.jwk()),\(TestSigner.oct.jwk())]}", error: .severalKeys(2)),
        ])
    func unreadable(_ c: Unreadable) {
        #expect(throws: c.error) { try SigningKey.parse(Array(c.text.utf8)) }
    }

    @Test("RFC 7517 A.2: a private key signs for the public key of A.1, once its `use` does not forbid it")
    func publishedPrivateKeys() throws {
        let published = #"""
            {"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
             "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
             "use":"enc","kid":"1"}
            """#
        #expect(throws: SigningKeyError.notForSigning("use")) { try SigningKey.parse(Array(published.utf8)) }
        let ec = published.replacing(#""use":"enc","#, with: "")
        let key = try SigningKey.parse(Array(ec.utf8))
        let names = SigningKey.names(in: Array(ec.utf8))
        #expect(names.keyID == "1")
        let minted = try MintedToken(claims: Array(payload().utf8), key: key, algorithm: .es256, keyID: names.keyID)
        #expect(minted.keyID == "authz-test-1")
        #expect(minted.keySet.contains(#""x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4""#))
        var check = Check()
        check.jwks = minted.keySet
        #expect(try check.status(of: minted.token) == .verified)
    }
}
