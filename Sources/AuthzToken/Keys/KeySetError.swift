/// Why Envoy does not take a key set: with such a set in a rule it refuses the configuration.
package enum KeySetError: Error, Sendable, Hashable {
    case notJSON
    /// No member `keys`, or the document is no object.
    case keysMissing
    case keysNotArray
    /// No element of `keys` is an object.
    case noKeys
    /// No key is good; this is what is wrong with the first.
    case noValidKey(KeyError)

    /// Envoy's text.
    package var text: String {
        switch self {
        case .notJSON: "Jwks is an invalid JSON"
        case .keysMissing: "Jwks does not have [keys] field"
        case .keysNotArray: "[keys] in Jwks is not an array"
        case .noKeys: "Jwks doesn't have any valid public key"
        case .noValidKey(let error): error.rawValue
        }
    }
}
