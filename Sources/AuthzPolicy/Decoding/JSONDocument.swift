import AuthzCore

/// Reads JSON text into the same values as the YAML reader would, each with its place.
///
/// JSON is not quite a part of YAML: that takes U+0085 in quoted text for the end of a line and folds it, and refuses other
/// characters and long names.
struct JSONDocument {
    private let text: [UInt8]
    private let tape: JSONTape
    private let file: String
    private var offset = 0
    private var mark = YAMLEvent.Mark(line: 1, column: 1)
    /// The next node of the tape, whose order is that of the text.
    private var next = 0

    /// The document in the text; `nil` where that is no JSON object or array, or one that only the YAML reader can tell what is
    /// wrong with.
    ///
    /// - Parameter text: Valid UTF-8 without a byte order mark.
    static func read(_ text: [UInt8], file: String) -> DocumentNode? {
        let first = text.first { !isBlank($0) }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return nil }
        var tape = JSONTape()
        do throws(JSONError) {
            try tape.scan(text.span, maximumDepth: DocumentParser.maximumDepth)
        } catch {
            return nil
        }
        var document = JSONDocument(text: text, tape: tape, file: file)
        return document.value()
    }

    private init(text: [UInt8], tape: JSONTape, file: String) {
        self.text = text
        self.tape = tape
        self.file = file
    }

    // INVARIANT: the tape has been scanned from the text, so that each step finds what it looks for.

    /// Recursive; ``DocumentParser/maximumDepth`` bounds it.
    private mutating func value() -> DocumentNode {
        skipBlanks()
        let start = mark
        let index = next
        switch tape.kind(at: index) {
        case .object:
            next += 1
            advance()
            var entries: [DocumentNode.Entry] = []
            for _ in 0..<tape.nodes[index].count {
                skipBlanks()
                let key = scalar()
                skip(to: UInt8(ascii: ":"))
                entries.append(DocumentNode.Entry(key: key, value: value()))
                skipSeparator()
            }
            skip(to: UInt8(ascii: "}"))
            return .mapping(entries, location(from: start))
        case .array:
            next += 1
            advance()
            var items: [DocumentNode] = []
            for _ in 0..<tape.nodes[index].count {
                items.append(value())
                skipSeparator()
            }
            skip(to: UInt8(ascii: "]"))
            return .sequence(items, location(from: start))
        case .string, .number, .boolTrue, .boolFalse, .null: return .scalar(scalar())
        }
    }

    private mutating func scalar() -> DocumentNode.Scalar {
        let start = mark
        let first = offset
        let isQuoted = text[offset] == UInt8(ascii: "\"")
        if isQuoted { skipString() } else { skipWord() }
        let written =
            isQuoted ? tape.string(at: next) : String(decoding: text[first..<offset], as: UTF8.self)
        next += 1
        return DocumentNode.Scalar(text: written, isPlain: !isQuoted, location: location(from: start))
    }

    private func location(from start: YAMLEvent.Mark) -> SourceLocation {
        let length = start.line == mark.line ? mark.column - start.column : 1
        return SourceLocation(file: file, line: start.line, column: start.column, length: length)
    }

    // MARK: Steps

    private mutating func skipString() {
        advance()
        while text[offset] != UInt8(ascii: "\"") {
            if text[offset] == UInt8(ascii: "\\") { advance() }
            advance()
        }
        advance()
    }

    private mutating func skipWord() {
        while offset < text.count {
            switch text[offset] {
            case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): return
            case let byte where Self.isBlank(byte): return
            default: advance()
            }
        }
    }

    /// Consumes blanks and this byte behind them.
    private mutating func skip(to byte: UInt8) {
        skipBlanks()
        if offset < text.count, text[offset] == byte { advance() }
    }

    private mutating func skipSeparator() {
        skip(to: UInt8(ascii: ","))
    }

    private mutating func skipBlanks() {
        while offset < text.count, Self.isBlank(text[offset]) { advance() }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\n")
    }

    /// Consumes a byte; the first one of a character counts as a column.
    private mutating func advance() {
        let byte = text[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "\n"):
            if offset < 2 || text[offset - 2] != UInt8(ascii: "\r") { mark.line += 1 }
            mark.column = 1
        case UInt8(ascii: "\r"):
            mark.line += 1
            mark.column = 1
        case 0x80...0xbf: break
        default: mark.column += 1
        }
    }
}
