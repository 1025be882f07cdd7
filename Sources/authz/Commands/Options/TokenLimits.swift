import AuthzToken

/// Which keys count, and how long a token may be.
struct TokenLimits: Sendable, Equatable {
    /// What OpenSSL and Envoy take as RSA keys.
    static let rsaBits = 512...16_384
    static let tokenBytes = 1...1 << 20

    /// Whether `oct` keys count that are not written in the policy.
    var allowsSymmetricKeys = false
    /// RSA keys below this many bits are left out.
    var minimumRSABits = 2048
    /// A longer token is refused unread.
    var maximumTokenBytes = 16 * 1024

    /// The part of it that is about keys.
    var keyOptions: KeyOptions {
        KeyOptions(allowsSymmetricKeys: allowsSymmetricKeys, minimumRSABits: minimumRSABits)
    }
}
