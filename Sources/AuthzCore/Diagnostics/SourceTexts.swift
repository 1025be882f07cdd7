/// The texts of the inputs of one load, so that diagnostics can show the lines they are about.
package struct SourceTexts: Sendable {
    private var texts: [String: [UInt8]] = [:]

    package init() {}

    /// Keeps the bytes of an input under the name that its locations have.
    package mutating func insert(_ bytes: [UInt8], file: String) {
        texts[file] = bytes
    }

    /// Adds what another load has read.
    package mutating func merge(_ other: SourceTexts) {
        texts.merge(other.texts) { _, new in new }
    }

    /// A line, counted from 1, without its end and without a byte order mark; `nil` where the input is not known or has
    /// no such line. What is not UTF-8 is replaced.
    ///
    /// - Complexity: linear in the length of the input.
    package func line(_ number: Int, of file: String) -> String? {
        guard let bytes = texts[file], number > 0 else { return nil }
        var start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        var current = 1
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if current == number { break }
                if byte == UInt8(ascii: "\r"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\n") {
                    index += 1
                }
                current += 1
                start = index + 1
            }
            index += 1
        }
        guard current == number else { return nil }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }
}
