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
            if let why = read(line, number: index + 1) { unread.append(UnreadLine(number: index + 1, why: why)) }
        }
    }

    /// A line for each line of a log that was not read, up to a few.
    static func warnings(of unread: [UnreadLine]) -> String {
        let shown = 5
        let lines = unread.prefix(shown).map { "warning: line \($0.number) of the log is not read: \($0.why)\n" }
        let rest = unread.count - lines.count
        return lines.joined() + (rest > 0 ? "warning: \(rest) more lines of the log are not read\n" : "")
    }

    /// The decision in a line, whatever stands before it; `nil` where the line says something else.
    ///
    /// - Throws: Why the line cannot be read.
    static func decision(in line: ArraySlice<UInt8>, number: Int, of file: String) throws(Unreadable) -> DocumentNode? {
        // A line without an object is what a program says to people.
        guard let start = line.firstIndex(of: UInt8(ascii: "{")) else { return nil }
        let (documents, diagnostics) = DocumentParser.parse(Array(line[start...]), file: file, firstLine: number)
        guard let node = documents.first, !diagnostics.contains(where: { $0.severity == .error }) else {
            throw Unreadable(why: "it is cut off, or no JSON")
        }
        guard DecisionLogDecoder.isLogLine(node) else {
            throw Unreadable(why: "it is no line of the log of `authz serve`")
        }
        return DecisionLogDecoder.isDecision(node) ? node : nil
    }

    /// Why a line is none of the log.
    struct Unreadable: Error {
        var why: String
    }

    /// - Returns: Why the line cannot be read; `nil` where it can, or is about something else than a decision.
    private mutating func read(_ line: ArraySlice<UInt8>, number: Int) -> String? {
        let node: DocumentNode?
        do throws(Unreadable) {
            node = try Self.decision(in: line, number: number, of: "log")
        } catch {
            return error.why
        }
        guard let node else { return nil }
        do throws(InputError) {
            decisions.append(try DecisionLogDecoder.decode(node))
            return nil
        } catch {
            return error.diagnostics.first?.message
        }
    }
}
