import AuthzCore

/// The named parts of requests in a suite.
struct SuiteFixtures {
    private(set) var sources: [String: RequestDocument.Source] = [:]
    private(set) var destinations: [String: RequestDocument.Destination] = [:]
    private(set) var tokens: [String: RequestDocument.Token] = [:]
    /// All names that are written, also of what cannot be read, which is reported once.
    private(set) var names: [SuiteFixtures.Kind: [String]] = [:]

    enum Kind: String {
        case source, destination, token

        /// The field that holds the fixtures.
        var field: String { rawValue + "s" }
    }

    init() {}

    /// Reads the fields `sources`, `destinations` and `tokens` of a suite.
    init(_ reader: inout DocumentReader, _ decoder: RequestDocumentDecoder) {
        for entry in entries(.source, &reader) { sources[entry.key.text] = decoder.source(entry.value) }
        for entry in entries(.destination, &reader) { destinations[entry.key.text] = decoder.destination(entry.value) }
        for entry in entries(.token, &reader) { tokens[entry.key.text] = decoder.token(entry.value) }
    }

    private mutating func entries(_ kind: Kind, _ reader: inout DocumentReader) -> [DocumentNode.Entry] {
        guard let node = reader.node(kind.field) else { return [] }
        guard case .mapping(let entries, _) = node else {
            reader.collector.error(
                .wrongType, at: node.location, "`\(kind.field)` is \(node.kindName), not a mapping",
                label: "expected a mapping of names to a \(kind.rawValue) each")
            return []
        }
        names[kind] = entries.map(\.key.text)
        return entries
    }

    /// The names of all fixtures of a kind, in their order.
    func names(of kind: Kind) -> [String] { names[kind] ?? [] }
}
