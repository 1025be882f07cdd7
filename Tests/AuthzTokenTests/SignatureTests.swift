import AuthzTestSupport
import AuthzToken
import Testing

@Suite struct SignatureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var algorithm: String, signer: TestSigner, scheme: TestSigner.Scheme? = nil, jwks: String? = nil
        var status = TokenStatus.verified, why: String
        var testDescription: String { "\(algorithm): \(why)" }
    }

    private func expect(_ c: Case) throws {
        var check = Check()
        check.jwks = c.jwks ?? c.signer.jwks()
        let token = c.signer.token(
            header: "{\"alg\":\"\(c.algorithm)\"}", payload: payload(), scheme: c.scheme ?? .named(c.algorithm))
        #expect(try check.status(of: token) == c.status)
    }

    @Test(
        "each algorithm verifies with a key of its family",
        arguments: [
            Case(algorithm: "RS256", signer: .rsa2048, why: "RSA"),
            Case(algorithm: "RS384", signer: .rsa2048, why: "RSA"),
            Case(algorithm: "RS512", signer: .rsa2048, why: "RSA"),
            Case(algorithm: "PS256", signer: .rsa2048, why: "RSA"),
            Case(algorithm: "PS384", signer: .rsa2048, why: "RSA"),
            Case(algorithm: "PS512", signer: .rsa2048, why: "RSA"),
            Case(algorithm: "ES256", signer: .p256, why: "P-256"),
            Case(algorithm: "ES384", signer: .p384, why: "P-384"),
            Case(algorithm: "ES512", signer: .p521, why: "P-521"),
            Case(algorithm: "HS256", signer: .oct, why: "oct"),
            Case(algorithm: "HS384", signer: .oct, why: "oct"),
            Case(algorithm: "HS512", signer: .oct, why: "oct"),
            Case(algorithm: "EdDSA", signer: .ed25519, why: "Ed25519"),
        ])
    func verifies(_ c: Case) throws {
        try expect(c)
        var check = Check()
        check.jwks = c.signer.jwks()
        var signed = Array(
            c.signer.token(header: "{\"alg\":\"\(c.algorithm)\"}", payload: payload(), scheme: .named(c.algorithm)).utf8
        )
        // A character of the signature, then one of the payload.
        var workspace = TokenWorkspace()
        for index in [signed.count - 10, signed.firstIndex(of: UInt8(ascii: ".")).map { $0 + 12 } ?? 0] {
            let old = signed[index]
            signed[index] = old == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(try check.status(of: signed, in: &workspace) != .verified)
            signed[index] = old
        }
        #expect(try check.status(of: signed, in: &workspace) == .verified)
    }

    @Test(
        "a signature must be made as the header says, by a key of that family and curve",
        arguments: [
            Case(
                algorithm: "RS256", signer: .rsa2048, scheme: .pkcs1(.sha384), status: .signatureInvalid,
                why: "another hash"),
            Case(
                algorithm: "RS256", signer: .rsa2048, scheme: .pss(.sha256, saltBytes: 32), status: .signatureInvalid,
                why: "PSS under RS"),
            Case(
                algorithm: "PS256", signer: .rsa2048, scheme: .pkcs1(.sha256), status: .signatureInvalid,
                why: "PKCS #1 under PS"),
            Case(
                algorithm: "PS256", signer: .rsa2048, scheme: .pss(.sha256, saltBytes: 0), status: .signatureInvalid,
                why: "no salt"),
            Case(
                algorithm: "PS256", signer: .rsa2048, scheme: .pss(.sha256, saltBytes: 31), status: .signatureInvalid,
                why: "a shorter salt"),
            Case(
                algorithm: "PS256", signer: .rsa2048, scheme: .pss(.sha256, saltBytes: 48), status: .signatureInvalid,
                why: "a longer salt"),
            Case(
                algorithm: "ES256", signer: .p256, scheme: .ecdsaDER(.sha256), status: .signatureInvalid, why: "ASN.1"),
            Case(
                algorithm: "RS256", signer: .p256, scheme: .ecdsa(.sha256), status: .signatureInvalid,
                why: "ECDSA under RS256"),
            Case(
                algorithm: "EdDSA", signer: .p256, scheme: .ecdsa(.sha256), status: .signatureInvalid,
                why: "ECDSA under EdDSA"),
            Case(
                algorithm: "ES256", signer: .p384, scheme: .ecdsa(.sha256), status: .signatureInvalid,
                why: "P-384 under ES256"),
            Case(
                algorithm: "ES384", signer: .p256, scheme: .ecdsa(.sha384), status: .signatureInvalid,
                why: "P-256 under ES384"),
            Case(
                algorithm: "RS256", signer: .oct, scheme: .hmac(.sha256), status: .signatureInvalid,
                why: "HMAC under RS256"),
            Case(
                algorithm: "RS256", signer: .ed25519, scheme: .ed25519, status: .signatureInvalid,
                why: "Ed25519 under RS256"),
            Case(
                algorithm: "HS256", signer: .rsa2048, scheme: .pkcs1(.sha256), status: .signatureInvalid,
                why: "RSA under HS256"),
            Case(
                algorithm: "ES256", signer: .rsa2048, scheme: .pkcs1(.sha256), status: .signatureInvalid,
                why: "RSA under ES256"),
            Case(
                algorithm: "HS256", signer: TestSigner(.oct(Array(TestSigner.rsa2048.jwk().utf8))),
                jwks: TestSigner.rsa2048.jwks(),
                status: .signatureInvalid, why: "HMAC keyed with the public key"),
        ])
    func confusion(_ c: Case) throws { try expect(c) }

    @Test("an ECDSA signature is as long as its curve asks")
    func ecdsaLength() throws {
        var check = Check()
        check.jwks = TestSigner.p256.jwks()
        let signed =
            "\(TestBase64URL.encode(Array(#"{"alg":"ES256"}"#.utf8))).\(TestBase64URL.encode(Array(payload().utf8)))"
        let signature = TestSigner.p256.signature(of: Array(signed.utf8))
        let zeros = [UInt8](repeating: 0, count: 32)
        let widened: [UInt8] = [0] + signature[..<32] + [0] + signature[32...]
        let rows: [(signature: [UInt8], status: TokenStatus, why: String)] = [
            (signature, .verified, "64 bytes"),
            (signature + [0], .signatureInvalid, "a byte more, which Envoy drops"),
            (widened, .signatureInvalid, "halves with a zero in front, which Envoy takes"),
            (Array(signature.dropLast()), .signatureInvalid, "a byte less"),
            (zeros + zeros, .signatureInvalid, "r and s of zero"),
            (zeros + signature[32...], .signatureInvalid, "r of zero"),
            ([UInt8](repeating: 0xff, count: 64), .signatureInvalid, "r and s above the order"),
            ([0], .signatureInvalid, "one byte"),
        ]
        for (bytes, status, why) in rows {
            let token = signed + "." + TestBase64URL.encode(bytes)
            #expect(try check.status(of: token) == status, "\(why)")
        }
    }

    @Test("an Ed25519 key that meets a signature of another length ends the check")
    func ed25519Length() throws {
        let okp = TestSigner.ed25519
        let rsa = TestSigner.rsa2048
        let token = rsa.token(payload: payload())
        for (keys, status, why) in [
            ([okp.jwk(), rsa.jwk()], TokenStatus.ed25519SignatureLength, "in front of the right key"),
            ([rsa.jwk(), okp.jwk()], .verified, "behind the right key"),
            ([TestSigner.otherRSA2048.jwk(), okp.jwk()], .ed25519SignatureLength, "behind a wrong key"),
            ([okp.jwk(["alg": "\"EdDSA\""]), rsa.jwk()], .verified, "not tried for its alg"),
            ([okp.jwk(["use": "\"enc\""]), rsa.jwk()], .ed25519SignatureLength, "left out by us, and tried by Envoy"),
            (
                [okp.jwk(["use": "\"enc\"", "alg": "\"EdDSA\""]), rsa.jwk()], .verified,
                "left out, and not tried for its alg"
            ),
        ] {
            var check = Check()
            check.jwks = "{\"keys\":[\(keys.joined(separator: ","))]}"
            #expect(try check.status(of: token) == status, "\(why)")
        }
    }

    struct Selection: Sendable, CustomTestStringConvertible {
        var header: String, keys: [String], status: TokenStatus, why: String
        var testDescription: String { why }
    }

    private static let right = TestSigner.rsa2048
    private static let wrong = TestSigner.otherRSA2048

    @Test(
        "keys are tried whose kid and alg do not speak against it",
        arguments: [
            Selection(
                header: #","kid":"a""#, keys: [right.jwk(["kid": "\"a\""])], status: .verified, why: "the same kid"),
            Selection(
                header: #","kid":"a""#, keys: [right.jwk(["kid": "\"b\""])], status: .keyUnknown, why: "another kid"),
            Selection(
                header: #","kid":"a""#, keys: [right.jwk(["kid": "\"A\""])], status: .keyUnknown, why: "another case"),
            Selection(header: #","kid":"a""#, keys: [right.jwk()], status: .verified, why: "a key without kid"),
            Selection(
                header: #","kid":"a""#, keys: [right.jwk(["kid": "5"])], status: .verified,
                why: "a kid that is no string"),
            Selection(header: "", keys: [right.jwk(["kid": "\"b\""])], status: .verified, why: "a token without kid"),
            Selection(
                header: #","kid":"../a""#, keys: [right.jwk(["kid": "\"../a\""])], status: .verified,
                why: "a kid is opaque"),
            Selection(
                header: #","kid":"a""#, keys: [wrong.jwk(["kid": "\"a\""]), right.jwk(["kid": "\"a\""])],
                status: .verified,
                why: "the second of one kid"),
            Selection(
                header: #","kid":"a""#, keys: [wrong.jwk(["kid": "\"a\""]), right.jwk(["kid": "\"b\""])],
                status: .signatureInvalid, why: "the right key has another kid"),
            Selection(header: "", keys: [right.jwk(["alg": "\"RS256\""])], status: .verified, why: "the same alg"),
            Selection(header: "", keys: [right.jwk(["alg": "\"RS512\""])], status: .keyUnknown, why: "another alg"),
            Selection(
                header: "", keys: [right.jwk(["alg": "\"RSA-OAEP\""])], status: .keyUnknown, why: "an alg of no token"),
            Selection(header: "", keys: [right.jwk(["alg": "\"\""])], status: .verified, why: "an empty alg is none"),
            Selection(header: "", keys: [wrong.jwk()], status: .signatureInvalid, why: "another key"),
            Selection(
                header: "", keys: [right.jwk(["use": "\"enc\""]), right.jwk()], status: .verified,
                why: "the same key once for encryption and once for signatures"),
            Selection(
                header: #","kid":"a""#, keys: [right.jwk(["use": "\"enc\""]), wrong.jwk(["kid": "\"b\""])],
                status: .signatureInvalid, why: "only a key that is left out may be tried"),
        ])
    func selection(_ c: Selection) throws {
        var check = Check()
        check.jwks = "{\"keys\":[\(c.keys.joined(separator: ","))]}"
        let token = Self.right.token(header: "{\"alg\":\"RS256\"\(c.header)}", payload: payload())
        #expect(try check.status(of: token) == c.status)
    }

    @Test("without keys nothing verifies; claims of a document need none")
    func withoutKeys() throws {
        var check = Check()
        check.jwks = nil
        let token = TestSigner.rsa2048.token(payload: payload())
        #expect(try check.status(of: token) == .keysUnavailable)
        #expect(try check.status(of: TestSigner.rsa2048.token(payload: payload(#""exp":1"#))) == .expired)
        check.assumedSignature = true
        #expect(try check.status(of: token) == .verified)
        check.assumedSignature = false
        #expect(try check.status(of: token) == .signatureInvalid)
    }
}
