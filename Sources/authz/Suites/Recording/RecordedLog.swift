import AuthzCore
import AuthzPolicy

/// The decisions of a log, whatever a container runtime or a collector has written before each of its lines.
struct RecordedLog {
    /// A line that holds an object and could not be read as one of the log.
    struct UnreadLine: Equatable {
        /// From 1.
        var number: Int
        var why: String
    }

    private(set) var decisions: [LoggedDecision] = []
    private(set) var unread: [UnreadLine] = []

    init(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            // A line without an object is what a program says to people.
            guard let start = line.firstIndex(of: UInt8(ascii: "{")) else { continue }
            if let why = read(Array(line[start...])) { unread.append(UnreadLine(number: index + 1, why: why)) }
        }
    }

    /// - Returns: Why the line cannot be read; `nil` where it can, or is about something else than a decision.
    private mutating func read(_ line: [UInt8]) -> String? {
        let (documents, diagnostics) = DocumentParser.parse(line, file: "log")
        guard let node = documents.first, !diagnostics.contains(where: { $0.severity == .error }) else {
            return "it is cut off, or no JSON"
        }
        guard DecisionLogDecoder.isLogLine(node) else { return "it is no line of the log of `authz serve`" }
        guard DecisionLogDecoder.isDecision(node) else { return nil }
        do throws(InputError) {
            decisions.append(try DecisionLogDecoder.decode(node))
            return nil
        } catch {
            return error.diagnostics.first?.message
        }
    }
}
