/// A key of a set that verifies nothing, and why.
package struct SkippedKey: Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        /// Envoy does not take it either.
        case invalid(KeyError)
        /// The element is no object.
        case notObject
        /// A member has base64 padding, which RFC 7518 §6 does not allow.
        case padded(member: String)
        /// `use` is there and not `sig` (RFC 7517 §4.2).
        case notForSignatures
        /// `key_ops` is there without `verify` (RFC 7517 §4.3).
        case notForVerification
        case modulusTooShort(bits: Int, minimum: Int)
        /// A symmetric key from outside the policy.
        case symmetric
    }

    /// The place in `keys`, from 0.
    package let index: Int
    /// `kid`, where it is a string and not empty.
    package let keyID: String?
    package let reason: Reason

    /// The most of a `kid` that a message shows, in Unicode scalars.
    private static let shownScalars = 64

    /// What is wrong with the key, as one sentence in lower case without a full stop. Of a long `kid` it has the beginning.
    package var message: String {
        let key = keyID.map { "key \(index + 1) (`\(Self.shortened($0))`)" } ?? "key \(index + 1)"
        switch reason {
        case .invalid(let error): return "\(key) is left out: \(error.rawValue)"
        case .notObject: return "\(key) is left out: it is not an object"
        case .padded(let member): return "\(key) is left out: `\(member)` has base64 padding"
        case .notForSignatures: return "\(key) is left out: its `use` is not `sig`"
        case .notForVerification: return "\(key) is left out: its `key_ops` lacks `verify`"
        case .modulusTooShort(let bits, let minimum):
            return "\(key) is left out: an RSA key of \(bits) bits is shorter than \(minimum)"
        case .symmetric:
            return "\(key) is left out: a symmetric key counts only where it is written in the policy"
        }
    }

    private static func shortened(_ keyID: String) -> String {
        let scalars = keyID.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: shownScalars, limitedBy: scalars.endIndex),
            end != scalars.endIndex
        else { return keyID }
        return "\(String(scalars[..<end]))…"
    }
}
