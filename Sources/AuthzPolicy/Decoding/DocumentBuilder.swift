import AuthzCore

/// Builds documents from the events of a YAML stream, within the caps of ``DocumentParser``. It does not recurse.
struct DocumentBuilder {
    private(set) var documents: [DocumentNode] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// Whether reading ended at an escape of half a character, as JSON has them in pairs.
    private(set) var hasUnpairedEscape = false

    private let file: String
    private let aliasLimits: DocumentParser.AliasLimits
    private var open: [OpenCollection] = []
    private var anchors: [String: Built] = [:]
    private var aliasCount = 0
    private var aliasedValues = 0

    /// A value that is complete.
    private struct Built {
        var node: DocumentNode
        /// How many values it holds, itself included, with aliases counted as what they stand for.
        var size: Int
        /// How deep it is; 0 for a scalar.
        var height: Int
    }

    /// A collection whose end has not been read.
    private struct OpenCollection {
        var isMapping: Bool
        var items: [DocumentNode] = []
        var entries: [DocumentNode.Entry] = []
        /// The keys so far with their lines.
        var keys: [String: Int] = [:]
        var key: PendingKey?
        var start: YAMLEvent.Mark
        var anchor: String?
        var size = 1
        var height = 1
    }

    private enum PendingKey {
        case text(DocumentNode.Scalar)
        /// The value of a key that was reported and is left out.
        case refused
    }

    /// Ends the reading; what it is about has been reported.
    private struct Stop: Error {}

    init(file: String, aliases: DocumentParser.AliasLimits = .common) {
        self.file = file
        aliasLimits = aliases
    }

    /// Reads events up to the end of the stream or the first problem after which nothing can be read.
    mutating func build(from reader: borrowing YAMLEventReader) {
        do {
            while true {
                let event: YAMLEvent
                do throws(YAMLSyntaxError) {
                    event = try reader.next()
                } catch {
                    report(error)
                    return
                }
                if case .streamEnd = event.content { return }
                try handle(event)
            }
        } catch {
            return
        }
    }

    private mutating func handle(_ event: YAMLEvent) throws(Stop) {
        switch event.content {
        case .documentStart:
            open.removeAll()
            anchors.removeAll()
            aliasCount = 0
            aliasedValues = 0
        case .documentEnd, .streamEnd: break
        case .alias(let name): try add(alias(name, at: event))
        case .scalar(let text, let isPlain, let anchor, let tag):
            let place = location(from: event.start, to: event.end)
            try checkTag(tag, of: .scalar, at: place)
            let scalar = DocumentNode.Scalar(text: text, isPlain: isPlain && tag != Self.textTag, location: place)
            let built = Built(node: .scalar(scalar), size: 1, height: 0)
            if let anchor { anchors[anchor] = built }
            try add(built)
        case .sequenceStart(let anchor, let tag): try begin(isMapping: false, anchor: anchor, tag: tag, at: event)
        case .mappingStart(let anchor, let tag): try begin(isMapping: true, anchor: anchor, tag: tag, at: event)
        case .sequenceEnd, .mappingEnd: try end(at: event)
        }
    }

    private mutating func begin(isMapping: Bool, anchor: String?, tag: String?, at event: YAMLEvent) throws(Stop) {
        let place = location(from: event.start, to: event.start)
        try checkTag(tag, of: isMapping ? .mapping : .sequence, at: place)
        guard open.count < DocumentParser.maximumDepth else { throw tooDeep(at: place) }
        open.append(OpenCollection(isMapping: isMapping, start: event.start, anchor: anchor))
    }

    private mutating func end(at event: YAMLEvent) throws(Stop) {
        guard let collection = open.popLast() else { return }
        var place = location(from: collection.start, to: event.end)
        let built: Built
        if collection.isMapping {
            if let first = collection.entries.first?.key.location, place.length == 1,
                (first.line, first.column) == (place.line, place.column)
            {
                place.length = first.length
            }
            let node = DocumentNode.mapping(merged(collection.entries), place)
            built = Built(node: node, size: collection.size, height: collection.height)
        } else {
            let node = DocumentNode.sequence(collection.items, place)
            built = Built(node: node, size: collection.size, height: collection.height)
        }
        if let anchor = collection.anchor { anchors[anchor] = built }
        try add(built)
    }

    private mutating func alias(_ name: String, at event: YAMLEvent) throws(Stop) -> Built {
        let place = location(from: event.start, to: event.end)
        guard let target = anchors[name] else {
            diagnostics.append(
                Diagnostic(
                    .error, .unknownAlias, at: place, "there is no value \("&\(name)".quoted) before this alias",
                    label: "expected an alias of an earlier value of this document",
                    hint: "a text that begins with `*` stands in quotes: `\"*\(name)\"`"))
            throw Stop()
        }
        aliasCount += 1
        aliasedValues += target.size
        guard aliasCount <= aliasLimits.count, aliasedValues <= aliasLimits.values else {
            let limits = "\(aliasLimits.count) aliases that stand for \(aliasLimits.values) values"
            diagnostics.append(
                Diagnostic(
                    .error, .tooManyAliases, at: place, "the aliases of this document stand for too much",
                    label: "at most \(limits) in a document", hint: aliasLimits.hint))
            throw Stop()
        }
        guard open.count + target.height <= DocumentParser.maximumDepth else { throw tooDeep(at: place) }
        return target
    }

    /// Puts a complete value where it belongs: into the innermost open collection, or out as a document.
    private mutating func add(_ built: Built) throws(Stop) {
        guard !open.isEmpty else {
            if !built.node.isNull { documents.append(built.node) }
            return
        }
        let last = open.count - 1
        open[last].size += built.size
        open[last].height = max(open[last].height, built.height + 1)
        guard open[last].isMapping else {
            open[last].items.append(built.node)
            return
        }
        switch open[last].key {
        case nil: open[last].key = pendingKey(built.node, in: last)
        case .refused: open[last].key = nil
        case .text(let key):
            open[last].key = nil
            open[last].entries.append(DocumentNode.Entry(key: key, value: built.node))
        }
    }

    private mutating func pendingKey(_ node: DocumentNode, in index: Int) -> PendingKey {
        guard case .scalar(let key) = node else {
            diagnostics.append(
                Diagnostic(
                    .error, .invalidKey, at: node.location, "a key is \(node.kindName)", label: "expected text",
                    hint: "text that begins with `{` or `[` stands in quotes; a template has to be rendered first"))
            return .refused
        }
        if let line = open[index].keys[key.text] {
            diagnostics.append(
                Diagnostic(
                    .error, .duplicateKey, at: key.location, "the key \(key.text.quoted) is written twice",
                    label: "first written in line \(line)",
                    hint: index == 0 && key.text == "apiVersion" ? "write `---` between two resources" : nil))
            return .refused
        }
        open[index].keys[key.text] = key.location.line
        return .text(key)
    }

    /// The entries with those of the merge key `<<` added. What is written in the mapping itself wins, then what is
    /// merged first.
    private mutating func merged(_ entries: [DocumentNode.Entry]) -> [DocumentNode.Entry] {
        guard let merge = entries.first(where: { $0.key.isPlain && $0.key.text == "<<" }) else { return entries }
        var result = entries.filter { !($0.key.isPlain && $0.key.text == "<<") }
        var keys = Set(result.map(\.key.text))
        let sources: [DocumentNode] = if case .sequence(let nodes, _) = merge.value { nodes } else { [merge.value] }
        for source in sources {
            guard case .mapping(let added, _) = source else {
                diagnostics.append(
                    Diagnostic(
                        .error, .invalidMerge, at: source.location, "the merge key `<<` has \(source.kindName)",
                        label: "expected a mapping or a list of mappings"))
                continue
            }
            for entry in added where keys.insert(entry.key.text).inserted { result.append(entry) }
        }
        return result
    }

    private enum TaggedKind { case scalar, sequence, mapping }

    private static let textTag = "tag:yaml.org,2002:str"
    private static let knownTags: [TaggedKind: Set<String>] = [
        .scalar: Set(["str", "int", "float", "bool", "null", "timestamp"].map { "tag:yaml.org,2002:" + $0 }),
        .sequence: ["tag:yaml.org,2002:seq"],
        .mapping: ["tag:yaml.org,2002:map"],
    ]

    private mutating func checkTag(_ tag: String?, of kind: TaggedKind, at place: SourceLocation) throws(Stop) {
        guard let tag, tag != "!", Self.knownTags[kind]?.contains(tag) != true else { return }
        diagnostics.append(
            Diagnostic(
                .error, .unsupportedTag, at: place, "the tag \(tag.quoted) is not supported",
                label: "expected a value without a tag"))
        throw Stop()
    }

    private mutating func tooDeep(at place: SourceLocation) -> Stop {
        diagnostics.append(
            Diagnostic(
                .error, .tooDeep, at: place, "values are nested too deep",
                label: "at most \(DocumentParser.maximumDepth) levels"))
        return Stop()
    }

    private mutating func report(_ error: YAMLSyntaxError) {
        let place = SourceLocation(file: file, line: error.mark.line, column: error.mark.column)
        hasUnpairedEscape = error.problem == "found invalid Unicode character escape code"
        let diagnostic =
            error.isTab
            ? Diagnostic(
                .error, .invalidYAML, at: place, "this is not YAML: a tab begins a value",
                label: "expected spaces", hint: "indent by spaces")
            : Diagnostic(
                .error, .invalidYAML, at: place, "this is not YAML: \(error.problem)",
                label: error.context ?? "not expected here", hint: error.hint)
        diagnostics.append(diagnostic)
    }

    private func location(from start: YAMLEvent.Mark, to end: YAMLEvent.Mark) -> SourceLocation {
        let length = start.line == end.line ? max(1, end.column - start.column) : 1
        return SourceLocation(file: file, line: start.line, column: start.column, length: length)
    }
}
