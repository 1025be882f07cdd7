import AuthzToken

/// What `authz token mint` is asked, resolved.
struct TokenMintSettings: Sendable {
    /// JSON text that begins with a brace, a file, or `-`.
    var claims: String
    /// Seconds since 1970.
    var now: Int64
    var issuer: String?
    var subject: String?
    var audiences: [String] = []
    /// Seconds from `iat` to `exp`; `nil` where neither is set.
    var lifetime: Int64?
    /// `nil` for the usual one of the key.
    var algorithm: SignatureAlgorithm?
    /// A private key; `nil` for a new one.
    var keyPath: String?
    var keyID: String?
    var keySetPath: String?
    var newKeyPath: String?

    /// Whether ``claims`` is the text itself, not where it is.
    var areClaimsText: Bool { claims.utf8.first { $0 > 0x20 } == UInt8(ascii: "{") }

    /// The files that the key set must not be written over.
    var sparedPaths: [String] {
        [keyPath, newKeyPath, areClaimsText ? nil : claims].compactMap { $0 }.filter { $0 != "-" }
    }
}
