/// Why a text is not a key to sign with.
package enum SigningKeyError: Error, Sendable, Hashable {
    case tooLong(maximumBytes: Int)
    /// Begins with a brace and is no JSON.
    case notJSON
    /// Neither JSON nor PEM with a private key that needs no passphrase.
    case notPEM
    /// A public key alone.
    case notPrivate
    /// A JWKS with more than one private key.
    case severalKeys(Int)
    /// Neither RSA, a NIST curve, Ed25519 nor symmetric.
    case typeNotSupported
    case memberMissing(String)
    case memberNotBase64URL(String)
    case modulusTooShort(bits: Int, minimum: Int)
    /// The parts do not belong together.
    case invalidKey
    /// `use` or `key_ops` of a JWK that names other uses alone (RFC 7517 §4.2, §4.3).
    case notForSigning(String)
    /// `alg` of a JWK that is no algorithm of tokens.
    case algorithmNotSupported

    /// What is wrong, as one sentence in lower case without a full stop.
    package var message: String {
        switch self {
        case .tooLong(let maximumBytes): "a key has at most \(maximumBytes) bytes"
        case .notJSON: "it begins as a JWK and is no JSON"
        case .notPEM: "it is neither a JWK nor PEM with a private key that needs no passphrase"
        case .notPrivate: "it is a public key, which cannot sign"
        case .severalKeys(let count): "it holds \(count) private keys; expected one"
        case .typeNotSupported: "only RSA, P-256, P-384, P-521, Ed25519 and symmetric keys sign"
        case .memberMissing(let name): "member `\(name)` is missing or too short"
        case .memberNotBase64URL(let name): "member `\(name)` is not base64url"
        case .modulusTooShort(let bits, let minimum): "an RSA key of \(bits) bits is shorter than \(minimum)"
        case .invalidKey: "its parts do not make a key"
        case .notForSigning(let name): "its `\(name)` is not that of a key that signs"
        case .algorithmNotSupported:
            "its `alg` is none of "
                + SignatureAlgorithm.allCases.map { "`\($0.name)`" }.joined(separator: ", ")
        }
    }
}
