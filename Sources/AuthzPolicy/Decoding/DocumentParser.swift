package import AuthzCore

/// Reads YAML streams and JSON into documents whose values keep their text and place.
package enum DocumentParser {
    /// The longest input that is read.
    package static let maximumBytes = 16 << 20
    /// How deep values may be nested, aliases followed.
    package static let maximumDepth = 64
    /// How many aliases one document may have.
    package static let maximumAliases = 100
    /// How many values the aliases of one document may stand for together.
    package static let maximumAliasedValues = 10_000

    /// Reads all documents of an input.
    ///
    /// - Parameter file: The name of the input in diagnostics.
    /// - Returns: The documents in their order, without those that hold nothing, and what is wrong. With an error the
    ///   documents must not be used other than to find more that is wrong. After text that is no YAML nothing is read.
    /// - Complexity: linear in `bytes`.
    package static func parse(_ bytes: [UInt8], file: String) -> (documents: [DocumentNode], diagnostics: [Diagnostic])
    {
        guard bytes.count <= maximumBytes else {
            let start = SourceLocation(file: file, line: 1, column: 1)
            let message = "the input has \(bytes.count) bytes, more than the \(maximumBytes) that are read"
            return ([], [Diagnostic(.error, .inputTooLarge, at: start, message)])
        }
        let text = bytes.starts(with: byteOrderMark) ? Array(bytes.dropFirst(byteOrderMark.count)) : bytes
        let validCount = TextPosition.validPrefixCount(text)
        guard validCount == text.count else {
            let mark = TextPosition.end(of: text.prefix(validCount))
            let place = SourceLocation(file: file, line: mark.line, column: mark.column)
            return (
                [], [Diagnostic(.error, .invalidUTF8, at: place, "the input is not UTF-8", label: "not a character")]
            )
        }

        if let document = JSONDocument.read(text, file: file) { return ([document], []) }
        var builder = DocumentBuilder(file: file)
        builder.build(from: YAMLEventReader(text))
        if builder.hasUnpairedEscape, let joined = SurrogatePairs.joined(in: text) {
            builder = DocumentBuilder(file: file)
            builder.build(from: YAMLEventReader(joined.text, shifts: joined.shifts))
        }
        return (builder.documents, builder.diagnostics)
    }

    /// Reads all documents of a piece of an input, as of one of its lines.
    ///
    /// - Parameter firstLine: The line of the input with which the piece begins, from 1.
    package static func parse(
        _ bytes: [UInt8], file: String, firstLine: Int
    ) -> (documents: [DocumentNode], diagnostics: [Diagnostic]) {
        let (documents, diagnostics) = parse(bytes, file: file)
        let moved = diagnostics.map { diagnostic in
            var moved = diagnostic
            moved.location.line += firstLine - 1
            return moved
        }
        return (documents.map { $0.moved(down: firstLine - 1) }, moved)
    }

    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
}
