import AuthzCore

/// The named parts of requests in a suite: its own, and those of the files that it names.
struct SuiteFixtures {
    private(set) var sources: [String: RequestDocument.Source] = [:]
    private(set) var destinations: [String: RequestDocument.Destination] = [:]
    private(set) var tokens: [String: RequestDocument.Token] = [:]
    /// Where the claims of each token are written, by the place of the token.
    private(set) var claimPlaces: [SourceLocation: [String: SourceLocation]] = [:]
    /// The files of fixtures, as they are seen from here, and their texts.
    private(set) var files: [String] = []
    private(set) var sourceTexts = SourceTexts()
    /// Whether all files could be read. Else nobody knows which names there are.
    private(set) var isComplete = true
    /// Where each name is written, also of what cannot be read, which is reported once.
    private var places: [Kind: [String: SourceLocation]] = [:]
    private var order: [Kind: [String]] = [:]
    private let decoder: RequestDocumentDecoder

    enum Kind: String, CaseIterable {
        case source, destination, token

        /// The field that holds the fixtures.
        var field: String { rawValue + "s" }

        /// What one may look like.
        var example: String {
            switch self {
            case .source: "principal: cluster.local/ns/NAMESPACE/sa/ACCOUNT"
            case .destination: "workload: NAMESPACE/NAME, port: 8080"
            case .token: "claims: {iss: …, sub: …}"
            }
        }
    }

    init(_ decoder: RequestDocumentDecoder) {
        self.decoder = decoder
    }

    /// Whether a document can only be one of fixtures: a mapping of nothing else.
    static func isFixtures(_ document: DocumentNode) -> Bool {
        guard case .mapping(let entries, _) = document else { return false }
        let fields = Kind.allCases.map(\.field)
        let names = entries.map(\.key.text).filter { !DocumentReader.isExtension($0) }
        return !names.isEmpty && names.allSatisfy { fields.contains($0) }
    }

    /// Reads the fields `sources`, `destinations` and `tokens` of a suite, then the files of its `fixtures`. What the suite itself
    /// writes goes before what a file says; the same name in two files is an error.
    mutating func read(_ reader: inout DocumentReader) {
        readParts(&reader, own: [:])
        let own = places
        let paths: [Located<String>]
        if case .scalar = reader.node("fixtures") {
            paths = reader.nonEmptyText("fixtures").map { [$0] } ?? []
        } else {
            paths = reader.node("fixtures") == nil ? [] : reader.nonEmptyTexts("fixtures")
        }
        for path in paths { readFile(path, own: own) }
    }

    /// The names of all fixtures of a kind, in their order.
    func names(of kind: Kind) -> [String] { order[kind] ?? [] }

    private mutating func readFile(_ written: Located<String>, own: [Kind: [String: SourceLocation]]) {
        let collector = decoder.collector
        let isComplete = isComplete
        self.isComplete = false
        let path = Suite.path(written.value, in: written.location.file)
        files.append(path)
        let bytes: [UInt8]
        do throws(InputFile.Failure) {
            bytes = try InputFile.read(path).bytes
        } catch {
            collector.error(
                error.code, at: written.location, error.message, label: "expected a file of fixtures, from this file on"
            )
            return
        }
        sourceTexts.insert(bytes, file: path)
        let (documents, diagnostics) = DocumentParser.parse(bytes, file: path, aliases: .suite)
        collector.report(diagnostics)
        if diagnostics.contains(where: { $0.severity == .error }) { return }
        guard let document = documents.first, documents.count == 1 else {
            collector.error(
                documents.isEmpty ? .missingDocument : .extraDocument,
                at: documents.dropFirst().first?.location ?? SourceLocation(file: path, line: 1, column: 1),
                "the file holds \(documents.isEmpty ? "no" : "more than one") document of fixtures",
                label: "expected one mapping with `sources`, `destinations` and `tokens`")
            return
        }
        guard var reader = DocumentReader(document, name: "the fixtures", collector: collector) else { return }
        readParts(&reader, own: own)
        self.isComplete = isComplete
        reader.passOverExtensions()
        reader.finish()
    }

    private mutating func readParts(_ reader: inout DocumentReader, own: [Kind: [String: SourceLocation]]) {
        for entry in entries(.source, &reader, own) { sources[entry.key.text] = decoder.source(entry.value) }
        for entry in entries(.destination, &reader, own) {
            destinations[entry.key.text] = decoder.destination(entry.value)
        }
        for entry in entries(.token, &reader, own) {
            tokens[entry.key.text] = decoder.token(entry.value)
            claimPlaces.merge(ClaimPlaces.find(in: entry.value)) { first, _ in first }
        }
    }

    /// The entries of a field that count.
    private mutating func entries(
        _ kind: Kind, _ reader: inout DocumentReader, _ own: [Kind: [String: SourceLocation]]
    ) -> [DocumentNode.Entry] {
        guard let node = reader.node(kind.field) else { return [] }
        guard case .mapping(let entries, _) = node else {
            reader.collector.error(
                .wrongType, at: node.location, "`\(kind.field)` is \(node.kindName), not a mapping",
                label: "expected a mapping of names to a \(kind.rawValue) each")
            return []
        }
        return entries.filter { entry in
            let name = entry.key.text
            if own[kind]?[name] != nil { return false }
            if let first = places[kind]?[name] {
                reader.collector.error(
                    .duplicateKey, at: entry.key.location,
                    "the \(kind.rawValue) \(name.quoted) is in two files of fixtures",
                    label: "the first is at \(first)")
                return false
            }
            places[kind, default: [:]][name] = entry.key.location
            order[kind, default: []].append(name)
            return true
        }
    }
}
