import AuthzCore

extension RequestDocument.Token {
    /// Where the tokens that are spelled out and name an audience are written, by audience.
    static func places(byAudience tokens: [RequestDocument.Token]) -> [String: Set<SourceLocation>] {
        var places: [String: Set<SourceLocation>] = [:]
        var known: Set<SourceLocation> = []
        for case .claims(let json, _, let location) in tokens where known.insert(location).inserted {
            let claim = JSONValue(parsing: Array(json.utf8).span)?["aud"]
            for audience in claim?.string.map({ [$0] }) ?? claim?.elements?.compactMap(\.string) ?? [] {
                places[audience, default: []].insert(location)
            }
        }
        return places
    }
}
