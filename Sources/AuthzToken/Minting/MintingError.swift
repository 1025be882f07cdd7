/// Why no token was made.
package enum MintingError: Error, Sendable, Hashable {
    /// The claims are no JSON object (RFC 7519 §3).
    case claimsNotObject
    /// The key does not sign with this algorithm.
    case algorithmDoesNotFit
    /// libjwt or libcrypto refused: a number beyond 64 bits, U+0000 in a text.
    case refused

    /// What is wrong, as one sentence in lower case without a full stop.
    package var message: String {
        switch self {
        case .claimsNotObject: "the claims are not one JSON object without duplicate members"
        case .algorithmDoesNotFit: "the key does not sign with this algorithm"
        case .refused: "these claims cannot be signed; integers have at most 64 bits, and texts no U+0000"
        }
    }
}
