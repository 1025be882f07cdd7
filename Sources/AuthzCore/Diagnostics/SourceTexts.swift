/// The texts of the inputs of one load, so that diagnostics can show the lines they are about.
package struct SourceTexts: Sendable {
    private struct Text: Sendable {
        var bytes: [UInt8]
        var lines: [Range<Int>]
    }

    private var texts: [String: Text] = [:]

    package init() {}

    /// Keeps the bytes of an input under the name that its locations have.
    ///
    /// - Complexity: linear in the number of bytes.
    package mutating func insert(_ bytes: [UInt8], file: String) {
        texts[file] = Text(bytes: bytes, lines: Self.lines(of: bytes))
    }

    /// Adds what another load has read.
    package mutating func merge(_ other: SourceTexts) {
        texts.merge(other.texts) { _, new in new }
    }

    /// The names of the inputs, sorted.
    package var files: [String] { texts.keys.sorted() }

    /// The bytes of an input; `nil` where it is not known.
    package func bytes(of file: String) -> [UInt8]? { texts[file]?.bytes }

    /// A line, counted from 1, without its end and without a byte order mark; `nil` where the input is not known or has
    /// no such line. What is not UTF-8 is replaced.
    package func line(_ number: Int, of file: String) -> String? {
        guard let text = texts[file], text.lines.indices.contains(number - 1) else { return nil }
        return String(decoding: text.bytes[text.lines[number - 1]], as: UTF8.self)
    }

    /// A line as it may be shown to people: what may be a secret is hidden, and what could change the layout replaced, each
    /// character by one.
    package func safeLine(_ number: Int, of file: String) -> [Unicode.Scalar]? {
        guard let line = line(number, of: file) else { return nil }
        return SecretMask.hidingSecrets(in: Array(line.unicodeScalars)).map {
            $0.isSafeToShow || $0 == "\t" ? $0 : "\u{fffd}"
        }
    }

    /// The lines as YAML 1.1 counts them: they also end at U+0085, U+2028 and U+2029.
    private static func lines(of bytes: [UInt8]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        var index = start
        while index < bytes.count {
            let length = lineEnd(bytes, at: index)
            if length > 0 {
                lines.append(start..<index)
                start = index + length
            }
            index += max(1, length)
        }
        lines.append(start..<bytes.count)
        return lines
    }

    /// How many bytes end a line here; 0 for any other byte.
    private static func lineEnd(_ bytes: [UInt8], at index: Int) -> Int {
        switch bytes[index] {
        case UInt8(ascii: "\n"): return 1
        case UInt8(ascii: "\r"): return index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n") ? 2 : 1
        case 0xc2: return index + 1 < bytes.count && bytes[index + 1] == 0x85 ? 2 : 0
        case 0xe2:
            guard index + 2 < bytes.count, bytes[index + 1] == 0x80 else { return 0 }
            return bytes[index + 2] == 0xa8 || bytes[index + 2] == 0xa9 ? 3 : 0
        default: return 0
        }
    }
}
