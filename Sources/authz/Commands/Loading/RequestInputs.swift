import AuthzCore
import AuthzPolicy

/// A request that is to be explained.
struct RequestInput {
    /// The file, and the line where the file holds several.
    var name: String
    var document: RequestDocument
    /// What a log said of it; `nil` where it is no line of one.
    var logged: LoggedDecision?
    /// The case that it is; `nil` for a request that is none.
    var origin: Origin?

    struct Origin {
        var suite: Suite
        var expectation: Expectation
        /// What the case or its suite says that CUSTOM providers answer.
        var assumedCustomAnswer: Expectation.Outcome?
    }
}

/// Reads the requests of files: one document each, several in a stream or a list, the lines of a decision log, which may stand
/// among other lines, or cases of suites.
struct RequestInputs {
    /// Grown by its extensions alone.
    var inputs: [RequestInput] = []
    var sources = SourceTexts()
    /// Lines of logs that were passed over, though they hold something.
    private(set) var unread: [RecordedLog.UnreadLine] = []
    private var problems = InputProblems()

    /// - Throws: Everything that is wrong with all of them.
    static func read(_ paths: [String]) throws(InputError) -> RequestInputs {
        var inputs = RequestInputs()
        for path in paths { try inputs.read(path) }
        if inputs.problems.hasErrors { throw InputError(inputs.problems.error.diagnostics, sources: inputs.sources) }
        return inputs
    }

    private mutating func read(_ path: String) throws(InputError) {
        if let reference = CaseReference(path) { return try readCases(reference) }
        let bytes = try DocumentFile.read(path)
        let file = DocumentFile.name(path)
        sources.insert(bytes, file: file)
        let nodes =
            Self.isLines(bytes)
            ? lines(bytes, file: file) : Self.isLog(bytes) ? log(bytes, file: file) : documents(bytes, file: file)
        guard let nodes else { return }
        if nodes.isEmpty {
            problems.add([
                Diagnostic(
                    .error, .missingDocument, at: SourceLocation(file: file, line: 1, column: 1),
                    "the input holds no request", label: "expected a request document")
            ])
        }
        for node in nodes { add(node, name: nodes.count > 1 ? "\(file):\(node.location.line)" : file) }
    }

    private mutating func add(_ node: DocumentNode, name: String) {
        if DecisionLogDecoder.isLogLine(node) {
            let logged = problems.attempt { () throws(InputError) in try DecisionLogDecoder.decode(node) }
            if let logged { inputs.append(RequestInput(name: name, document: logged.document, logged: logged)) }
            return
        }
        let document = problems.attempt { () throws(InputError) in
            try RequestDocumentDecoder.decode(node, from: .offline)
        }
        if let document { inputs.append(RequestInput(name: name, document: document)) }
    }

    /// The documents of a stream, or of the one list in it.
    private mutating func documents(_ bytes: [UInt8], file: String) -> [DocumentNode]? {
        let parsed = DocumentParser.parse(bytes, file: file)
        problems.add(parsed.diagnostics)
        guard !parsed.diagnostics.contains(where: { $0.severity == .error }) else { return nil }
        if parsed.documents.count == 1, case .sequence(let items, _) = parsed.documents[0] { return items }
        return parsed.documents.filter { !DecisionLogDecoder.isLogLine($0) || DecisionLogDecoder.isDecision($0) }
    }

    /// Whether each line is a JSON object of its own.
    private static func isLines(_ bytes: [UInt8]) -> Bool {
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map { $0.filter { $0 != UInt8(ascii: "\r") } }
            .filter { !$0.isEmpty }
        return lines.count > 1
            && lines.allSatisfy { $0.first == UInt8(ascii: "{") && $0.last == UInt8(ascii: "}") }
    }

    /// Whether a line of a log of ours is in it, among what a program or a collector has written beside it.
    private static func isLog(_ bytes: [UInt8]) -> Bool {
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        return lines.count > 1
            && lines.contains { line in
                guard String(decoding: line, as: UTF8.self).contains(#""message":"#),
                    let start = line.firstIndex(of: UInt8(ascii: "{"))
                else { return false }
                return DocumentParser.parse(Array(line[start...]), file: "log").documents
                    .contains(where: DecisionLogDecoder.isLogLine)
            }
    }

    /// The decisions of such a log; the rest of it is passed over, as `authz test --record` does.
    private mutating func log(_ bytes: [UInt8], file: String) -> [DocumentNode] {
        var nodes: [DocumentNode] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            do throws(RecordedLog.Unreadable) {
                if let node = try RecordedLog.decision(in: line, number: index + 1, of: file) { nodes.append(node) }
            } catch {
                unread.append(RecordedLog.UnreadLine(number: index + 1, why: error.why))
            }
        }
        return nodes
    }

    private mutating func lines(_ bytes: [UInt8], file: String) -> [DocumentNode]? {
        var nodes: [DocumentNode] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.isEmpty {
            let parsed = DocumentParser.parse(Array(line), file: file, firstLine: index + 1)
            problems.add(parsed.diagnostics)
            nodes += parsed.documents.filter {
                !DecisionLogDecoder.isLogLine($0) || DecisionLogDecoder.isDecision($0)
            }
        }
        return nodes
    }
}
