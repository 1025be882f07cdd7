import Testing

@testable import AuthzToken

/// The examples of RFC 7515 appendix A and RFC 8037 appendix A.
@Suite struct PublishedVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        var name: String, key: String, algorithm: SignatureAlgorithm, token: String
        var testDescription: String { name }
    }

    private static let claims =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

    static let vectors = [
        Vector(
            name: "RFC 7515 A.1",
            key:
                #"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#,
            algorithm: .hs256,
            token: "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\(claims).dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        Vector(
            name: "RFC 7515 A.2",
            key:
                #"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#,
            algorithm: .rs256,
            token:
                "eyJhbGciOiJSUzI1NiJ9.\(claims).cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
        ),
        Vector(
            name: "RFC 7515 A.3",
            key:
                #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
            algorithm: .es256,
            token:
                "eyJhbGciOiJFUzI1NiJ9.\(claims).DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        ),
        Vector(
            name: "RFC 7515 A.4",
            key:
                #"{"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}"#,
            algorithm: .es512,
            token:
                "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"
        ),
        Vector(
            name: "RFC 8037 A.4",
            key: #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            algorithm: .edDSA,
            token:
                "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        ),
    ]

    @Test("a published signature verifies, and not with one byte changed", arguments: vectors)
    func signature(_ vector: Vector) throws {
        let set = try KeySet(jwks: Array("{\"keys\":[\(vector.key)]}".utf8).span, origin: .inline)
        let key = try #require(set.keys.first)
        let token = Array(vector.token.utf8)
        let split = CompactToken(splitting: token.span)
        let compact = try #require(split)
        var signature: [UInt8] = []
        let deviations = Base64URL.decode(token.span.extracting(compact.signature), into: &signature)
        #expect(deviations == [])
        let signed = Array(token[..<compact.payload.upperBound])
        #expect(isValid(signature, signed, key, vector.algorithm))
        for index in [0, signature.count - 1] {
            var other = signature
            other[index] ^= 1
            #expect(!isValid(other, signed, key, vector.algorithm))
        }
        #expect(!isValid(signature, signed + [0], key, vector.algorithm))
    }

    private func isValid(
        _ signature: [UInt8], _ message: [UInt8], _ key: VerificationKey, _ algorithm: SignatureAlgorithm
    ) -> Bool {
        key.isValid(signature.span, of: message.span, algorithm: algorithm)
    }

    @Test("the tokens of RFC 7515 A.1 to A.3 verify until they expire", arguments: vectors.prefix(3))
    func token(_ vector: Vector) throws {
        var check = Check()
        check.issuer = "joe"
        check.options = KeyOptions()
        check.jwks = "{\"keys\":[\(vector.key)]}"
        check.now = 1_300_819_440
        #expect(try check.status(of: vector.token) == .verified)
        check.now += 1
        #expect(try check.status(of: vector.token) == .expired)
    }
}
