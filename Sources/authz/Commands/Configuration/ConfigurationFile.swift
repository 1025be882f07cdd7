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
    /// The key sets that are written in it.
    private(set) var keySets: [KeyDocument] = []
    /// Its text, for diagnostics.
    private(set) var sources = SourceTexts()

    /// Reads a file.
    ///
    /// - Throws: Everything that is wrong with it.
    init(path: String) throws(InputError) {
        try self.init(bytes: try DocumentFile.read(path), file: DocumentFile.name(path))
    }

    /// - Parameter file: Its path. Relative paths in it are relative to its folder.
    init(bytes: [UInt8], file: String) throws(InputError) {
        let collector = DiagnosticCollector()
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
            for key in ConfigurationKey.all { values[key.variable] = value(of: key, folder: folder, &reader) }
            reader.finish(fallback: "options stand at the top of the file; `--print-config` shows which there are")
        }
        guard !collector.hasErrors else { throw InputError(collector.diagnostics, sources: sources) }
    }

    private mutating func value(of key: ConfigurationKey, folder: String, _ reader: inout DocumentReader) -> Value? {
        let place = reader.keyLocation(key.name) ?? reader.location
        func one(_ text: String?) -> Value? { text.map { Value(texts: [$0], location: place) } }
        switch key.kind {
        case .text(let form): return one(Self.checked(reader.nonEmptyText(key.name), form, reader))
        case .path: return one(reader.nonEmptyText(key.name).map { Self.path($0.value, in: folder) })
        case .flag: return one(reader.boolean(key.name).map { "\($0.value)" })
        case .number(let range): return one(reader.integer(key.name, in: range).map { "\($0.value)" })
        case .choice(let names):
            guard let text = reader.text(key.name) else { return nil }
            if !names.contains(text.value) { reader.unknownValue(text, of: key.name, expected: names) }
            return one(text.value)
        case .texts(let form):
            return Self.texts(of: key, &reader).map { texts in
                Value(texts: texts.compactMap { Self.checked($0, form, reader) }, location: place)
            }
        case .paths:
            return Self.texts(of: key, &reader).map { texts in
                if texts.isEmpty {
                    reader.collector.error(
                        .emptyList, at: place, "\(key.name.quoted) is empty", label: "expected a path")
                }
                return Value(texts: texts.map { Self.path($0.value, in: folder) }, location: place)
            }
        case .keySets: return keySets(of: key, at: place, folder: folder, &reader)
        }
    }

    /// The key sets of files as `URI=FILE`; those that are written here go into ``keySets``.
    private mutating func keySets(
        of key: ConfigurationKey, at place: SourceLocation, folder: String, _ reader: inout DocumentReader
    ) -> Value? {
        let documents = reader.keyDocuments(key.name)
        guard !documents.isEmpty else { return nil }
        var files: [String] = []
        for document in documents {
            switch document.content {
            case .file(let file): files.append("\(document.uri)=\(Self.path(file, in: folder))")
            case .inline(let json):
                keySets.append(
                    KeyDocument(uri: document.uri, path: nil, bytes: Array(json.utf8), location: document.location))
            }
        }
        return Value(texts: files, location: place)
    }

    /// A list, or one text that stands for a list of one.
    private static func texts(of key: ConfigurationKey, _ reader: inout DocumentReader) -> [Located<String>]? {
        guard let node = reader.node(key.name) else { return nil }
        if case .scalar = node { return reader.nonEmptyText(key.name).map { [$0] } }
        return reader.nonEmptyTexts(key.name)
    }

    /// The text, be it of the form or not; that it is not is reported.
    private static func checked(
        _ text: Located<String>?, _ form: OptionForm, _ reader: DocumentReader
    ) -> String? {
        guard let text else { return nil }
        if let problem = form.problem(of: text.value) {
            reader.collector.error(problem.code, at: text.location, problem.message, label: problem.label)
        }
        return text.value
    }

    private static func path(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") || path == "-" ? path : folder + path
    }
}
