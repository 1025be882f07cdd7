internal import CLibJWT
internal import Glibc

/// libjwt, which signs. It never verifies for the product: it takes the algorithm from the token.
enum LibJWT {
    /// A compact token of the claims, signed; `nil` for an algorithm that libjwt lacks and for what it cannot encode.
    ///
    /// - Parameters:
    ///   - claims: The text of a JSON object.
    ///   - key: PEM, or the secret itself for HMAC.
    static func sign(claims: String, keyID: String, _ algorithm: SignatureAlgorithm, key: [UInt8]) -> String? {
        guard let number = number(algorithm) else { return nil }
        var token: OpaquePointer?
        guard unsafe jwt_new(&token) == 0 else { return nil }
        defer { unsafe jwt_free(token) }
        let isSet = unsafe key.withUnsafeBufferPointer {
            unsafe jwt_set_alg(token, number, $0.baseAddress, Int32($0.count)) == 0
        }
        guard isSet, unsafe jwt_add_header(token, "kid", keyID) == 0, unsafe jwt_add_grants_json(token, claims) == 0,
            let text = unsafe jwt_encode_str(token)
        else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    private static func number(_ algorithm: SignatureAlgorithm) -> jwt_alg_t? {
        switch algorithm {
        case .es256: JWT_ALG_ES256
        case .es384: JWT_ALG_ES384
        case .es512: JWT_ALG_ES512
        case .hs256: JWT_ALG_HS256
        case .hs384: JWT_ALG_HS384
        case .hs512: JWT_ALG_HS512
        case .rs256: JWT_ALG_RS256
        case .rs384: JWT_ALG_RS384
        case .rs512: JWT_ALG_RS512
        case .ps256, .ps384, .ps512, .edDSA: nil
        }
    }
}
