import AuthzCore
import Foundation

/// The tokens of a command: those on the command line, else one for each line of standard input, an empty line included.
///
/// Lines are read as they come, so that their number does not matter. What stands behind the last line feed is a line unless it
/// is empty. Of each a carriage return at the end and `Bearer ` in front are taken off.
struct TokenInput {
    /// Bytes of a line beyond these are dropped: enough is left for a check of the length to fail, behind `Bearer ` and blanks.
    private static let maximumBytes = TokenLimits.tokenBytes.upperBound + 1024

    private var arguments: ArraySlice<String>
    private let readsStandardInput: Bool
    private let descriptor: Int32
    private var chunk = [UInt8](repeating: 0, count: 65_536)
    private var position = 0
    private var count = 0
    private var isAtEnd = false

    /// - Parameters:
    ///   - arguments: None, or `-` alone, for standard input.
    ///   - descriptor: Where lines are read.
    init(_ arguments: [String], descriptor: Int32 = STDIN_FILENO) {
        self.arguments = arguments[...]
        readsStandardInput = arguments.isEmpty || arguments == ["-"]
        self.descriptor = descriptor
    }

    /// Whether ``next()`` may have to wait.
    var mayWait: Bool { readsStandardInput && position == count && !isAtEnd }

    /// The next token; `nil` at the end.
    ///
    /// - Throws: What keeps standard input from being read.
    mutating func next() throws(InputError) -> [UInt8]? {
        guard readsStandardInput else { return arguments.popFirst().map { Self.token(in: Array($0.utf8)) } }
        return try nextLine().map(Self.token)
    }

    /// What a line or an argument holds without the scheme and, where its lines end as on Windows, without that end. No other blanks
    /// are taken off: a token has one spelling.
    private static func token(in line: [UInt8]) -> [UInt8] {
        var token = line[...]
        if token.last == UInt8(ascii: "\r") { token.removeLast() }
        let scheme = "bearer"
        let rest = token.dropFirst(scheme.utf8.count)
        if rest.first == UInt8(ascii: " "), zip(token, scheme.utf8).allSatisfy({ $0 | 0x20 == $1 }) {
            token = rest.drop { $0 == UInt8(ascii: " ") }
        }
        return Array(token)
    }

    private mutating func nextLine() throws(InputError) -> [UInt8]? {
        var line: [UInt8] = []
        var isLine = false
        while true {
            if position == count {
                guard try fill() else { return isLine ? line : nil }
            }
            isLine = true
            let end = chunk[position..<count].firstIndex(of: UInt8(ascii: "\n")) ?? count
            line += chunk[position..<min(end, position + max(0, Self.maximumBytes - line.count))]
            position = min(end + 1, count)
            if end < count { return line }
        }
    }

    /// Reads the next bytes. False at the end.
    private mutating func fill() throws(InputError) -> Bool {
        while !isAtEnd {
            let result = read(descriptor, &chunk, chunk.count)
            if result > 0 {
                (position, count) = (0, result)
                return true
            }
            if result < 0, errno == EINTR { continue }
            isAtEnd = true
            if result < 0 {
                let reason = String(cString: strerror(errno)).lowercased()
                let place = SourceLocation(file: DocumentFile.name("-"), line: 1, column: 1)
                throw InputError([Diagnostic(.error, .unreadableInput, at: place, "it cannot be read: \(reason)")])
            }
        }
        return false
    }
}
