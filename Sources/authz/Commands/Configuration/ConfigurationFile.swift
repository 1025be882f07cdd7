import AuthzCore
import AuthzPolicy
import AuthzServer

/// The options that stand in a file.
struct ConfigurationFile: Sendable {
    /// The value of one key. What is no list has one text.
    struct Value: Sendable, Equatable {
        var texts: [String]
        var location: SourceLocation
    }

    /// Read where the working directory has it and no other is named.
    static let defaultPath = "authz.yaml"

    /// By variable.
    private(set) var values: [String: Value] = [:]

    /// Reads a file.
    ///
    /// - Throws: Everything that is wrong with it.
    init(path: String) throws(InputError) {
        try self.init(bytes: try DocumentFile.read(path), file: DocumentFile.name(path))
    }

    /// - Parameter file: Its path. Relative paths in it are relative to its folder.
    init(bytes: [UInt8], file: String) throws(InputError) {
        let collector = DiagnosticCollector()
        var sources = SourceTexts()
        sources.insert(bytes, file: file)
        let (documents, diagnostics) = DocumentParser.parse(bytes, file: file)
        collector.report(diagnostics)
        if documents.count > 1 {
            collector.error(
                .extraDocument, at: documents[1].location, "the configuration has \(documents.count) documents",
                label: "expected one")
        } else if let node = documents.first, !node.isNull,
            var reader = DocumentReader(node, name: "the configuration", collector: collector)
        {
            let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
            for key in ConfigurationKey.all { values[key.variable] = Self.value(of: key, folder: folder, &reader) }
            reader.finish()
        }
        guard !collector.hasErrors else { throw InputError(collector.diagnostics, sources: sources) }
    }

    private static func value(of key: ConfigurationKey, folder: String, _ reader: inout DocumentReader) -> Value? {
        let place = reader.keyLocation(key.name) ?? reader.location
        func one(_ text: String?) -> Value? { text.map { Value(texts: [$0], location: place) } }
        switch key.kind {
        case .text: return one(reader.nonEmptyText(key.name)?.value)
        case .path: return one(reader.nonEmptyText(key.name).map { path($0.value, in: folder) })
        case .flag: return one(reader.boolean(key.name).map { "\($0.value)" })
        case .number(let range): return one(reader.integer(key.name, in: range).map { "\($0.value)" })
        case .duration: return reader.duration(key.name) == nil ? nil : one(reader.text(key.name)?.value)
        case .address: return one(address(reader.text(key.name), key, reader))
        case .share: return one(share(reader.text(key.name), key, reader))
        case .choice(let names):
            guard let text = reader.text(key.name) else { return nil }
            if !names.contains(text.value) { reader.unknownValue(text, of: key.name, expected: names) }
            return one(text.value)
        case .texts, .paths:
            guard let texts = texts(of: key, &reader) else { return nil }
            if case .paths = key.kind { return Value(texts: texts.map { path($0, in: folder) }, location: place) }
            return Value(texts: texts, location: place)
        case .files:
            let pairs = reader.textMap(key.name)
            if pairs.isEmpty { return nil }
            return Value(
                texts: pairs.map { "\($0.key.value)=\(path($0.value.value, in: folder))" }, location: place)
        }
    }

    /// A list, or one text that stands for a list of one.
    private static func texts(of key: ConfigurationKey, _ reader: inout DocumentReader) -> [String]? {
        guard let node = reader.node(key.name) else { return nil }
        if case .scalar = node { return reader.nonEmptyText(key.name).map { [$0.value] } }
        return reader.nonEmptyTexts(key.name).map(\.value)
    }

    private static func address(
        _ text: Located<String>?, _ key: ConfigurationKey, _ reader: DocumentReader
    ) -> String? {
        guard let text else { return nil }
        if ListenAddress(text.value) == nil {
            reader.collector.error(
                .invalidAddress, at: text.location, "\(text.value.quoted) is not an address",
                label: "expected `HOST:PORT` or `unix:PATH`")
        }
        return text.value
    }

    private static func share(
        _ text: Located<String>?, _ key: ConfigurationKey, _ reader: DocumentReader
    ) -> String? {
        guard let text else { return nil }
        if DecisionShare(text.value) == nil {
            reader.collector.error(
                .invalidNumber, at: text.location, "\(text.value.quoted) is out of range for `\(key.name)`",
                label: "expected a number from 0 to 1")
        }
        return text.value
    }

    private static func path(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") || path == "-" ? path : folder + path
    }
}
