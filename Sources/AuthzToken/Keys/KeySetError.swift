/// Why a key set is not taken. But for ``tooManyKeys(_:)`` they are Envoy's reasons: with such a set in a rule it refuses the
/// configuration.
package enum KeySetError: Error, Sendable, Hashable {
    case notJSON
    /// No member `keys`, or the document is no object.
    case keysMissing
    case keysNotArray
    /// No element of `keys` is an object.
    case noKeys
    /// No key is good; this is what is wrong with the first.
    case noValidKey(KeyError)
    /// There are this many elements in `keys`, more than ``KeySet/maximumElements``, and the set is not written in a policy.
    case tooManyKeys(Int)

    /// Envoy's text, where it is Envoy's reason.
    package var text: String {
        switch self {
        case .notJSON: "Jwks is an invalid JSON"
        case .keysMissing: "Jwks does not have [keys] field"
        case .keysNotArray: "[keys] in Jwks is not an array"
        case .noKeys: "Jwks doesn't have any valid public key"
        case .noValidKey(let error): error.rawValue
        case .tooManyKeys(let count):
            "[keys] in Jwks has \(count) elements, more than \(KeySet.maximumElements)"
        }
    }
}
