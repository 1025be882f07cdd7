import AuthzCore

/// Finds where the claims of tokens are written, for whoever has to point at one.
enum ClaimPlaces {
    /// By the place of each token that is spelled out, in a node that is one or a list of such: where the values of its claims are.
    static func find(in node: DocumentNode?) -> [SourceLocation: [String: SourceLocation]] {
        switch node {
        case nil, .scalar: return [:]
        case .sequence(let items, _):
            return items.reduce(into: [:]) { places, item in places.merge(find(in: item)) { first, _ in first } }
        case .mapping(let entries, let location):
            guard case .mapping(let claims, _) = entries.first(where: { $0.key.text == "claims" })?.value else {
                return [:]
            }
            let places = claims.map { ($0.key.text, $0.value.location) }
            return [location: Dictionary(places) { first, _ in first }]
        }
    }
}
