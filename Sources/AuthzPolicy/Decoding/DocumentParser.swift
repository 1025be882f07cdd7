package import AuthzCore

/// Reads YAML streams and JSON into documents whose values keep their text and place.
package enum DocumentParser {
    /// The longest input that is read.
    package static let maximumBytes = 16 << 20
    /// How deep values may be nested, aliases followed.
    package static let maximumDepth = 64
    /// What the aliases of one document may come to: each is a copy of what it stands for to whoever reads the document.
    package struct AliasLimits: Sendable {
        /// How many there may be.
        package var count: Int
        /// How many values they may stand for together.
        package var values: Int
        /// What to write instead.
        package var hint: String?

        /// Of policies, and of whatever a peer sends.
        package static let common = AliasLimits(count: 100, values: 10_000)
        /// Of suites, in which thousands of cases may share a few parts of requests, and which come from whoever runs them.
        package static let suite = AliasLimits(
            count: 20_000, values: 200_000,
            hint:
                "parts that many cases share have names in `sources`, `destinations` and `tokens`, or in a file of `fixtures`"
        )
    }

    /// Reads all documents of an input.
    ///
    /// - Parameters:
    ///   - file: The name of the input in diagnostics.
    ///   - aliases: How many there may be.
    /// - Returns: The documents in their order, without those that hold nothing, and what is wrong. With an error the
    ///   documents must not be used other than to find more that is wrong. After text that is no YAML nothing is read.
    /// - Complexity: linear in `bytes`.
    package static func parse(
        _ bytes: [UInt8], file: String, aliases: AliasLimits = .common
    ) -> (documents: [DocumentNode], diagnostics: [Diagnostic]) {
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
        var builder = DocumentBuilder(file: file, aliases: aliases)
        builder.build(from: YAMLEventReader(text))
        if builder.hasUnpairedEscape, let joined = SurrogatePairs.joined(in: text) {
            builder = DocumentBuilder(file: file, aliases: aliases)
            builder.build(from: YAMLEventReader(joined.text, shifts: joined.shifts))
        }
        return (builder.documents, builder.diagnostics.map { hintingAtQuotes($0, text) })
    }

    /// Within `{ }` and `[ ]` a bracket ends a text, as in `{key: request.headers[x-a]}`; the C library only tells what it misses then.
    private static func hintingAtQuotes(_ diagnostic: Diagnostic, _ text: [UInt8]) -> Diagnostic {
        guard diagnostic.code == .invalidYAML, diagnostic.message.contains("did not find expected ','") else {
            return diagnostic
        }
        let place = diagnostic.location
        var sources = SourceTexts()
        sources.insert(text, file: place.file)
        guard let line = sources.line(place.line, of: place.file).map({ Array($0.unicodeScalars) }),
            place.column > 1, line.count >= place.column, line[place.column - 1] == "[",
            line[place.column - 2].properties.isAlphabetic
        else { return diagnostic }
        var diagnostic = diagnostic
        diagnostic.hint = "within `{ }` and `[ ]` a text with `[` in it stands in quotes"
        return diagnostic
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
