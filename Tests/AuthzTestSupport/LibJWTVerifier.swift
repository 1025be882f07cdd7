internal import CLibJWT

/// libjwt as a second verifier, which shares no code with ours but OpenSSL.
package enum LibJWTVerifier {
    /// Whether libjwt takes the token. It takes the algorithm from the token, so what is passed here must be the header's.
    ///
    /// - Parameter key: PEM, or the secret itself for HMAC.
    package static func accepts(_ token: String, key: [UInt8]) -> Bool {
        var parsed: OpaquePointer?
        let result = key.withUnsafeBufferPointer { jwt_decode(&parsed, token, $0.baseAddress, Int32($0.count)) }
        defer { jwt_free(parsed) }
        return result == 0
    }
}
