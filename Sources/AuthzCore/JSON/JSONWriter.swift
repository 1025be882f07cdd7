/// Appends JSON text to bytes, in the order in which values are given and without blanks.
///
/// The caller keeps brackets and names in order; commas and escapes are the writer's. Bytes that are not UTF-8 become
/// U+FFFD, so the result is always UTF-8.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {}

    /// Forgets what was written and keeps the memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// What was written, as text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Writes the name of a member; its value comes next.
    package mutating func name(_ name: some StringProtocol) {
        separate()
        appendQuoted(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func string(_ value: some StringProtocol) {
        separate()
        appendQuoted(value)
    }

    /// Writes bytes as a string; those that are not UTF-8 are replaced.
    package mutating func string(_ value: Span<UInt8>) {
        separate()
        appendQuoted(value)
    }

    package mutating func integer(_ value: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: value.description.utf8)
    }

    package mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
    }

    package mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// Writes a number with the fewest digits that read back as the same double, a whole one up to 2^53 without fraction;
    /// `null` for what JSON has no number for.
    package mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        // Converted there and back, as rounding would need the mathematics library.
        if value.magnitude <= 9_007_199_254_740_992, Double(Int64(value)) == value {
            integer(Int64(value))
        } else {
            separate()
            bytes.append(contentsOf: value.description.utf8)
        }
    }

    /// Writes a value of a tape; numbers as they stood in its text.
    package mutating func value(_ tape: borrowing JSONTape, at root: Int) {
        var open: [Int] = []
        var index = root
        repeat {
            let node = tape.nodes[index]
            switch node.kind {
            case .object: beginObject()
            case .array: beginArray()
            case .string: appendNode(tape, node)
            case .number:
                separate()
                bytes.append(contentsOf: tape.text[node.text.range])
            case .boolTrue: bool(true)
            case .boolFalse: bool(false)
            case .null: null()
            }
            if node.kind == .object || node.kind == .array { open.append(index) }
            index += 1
            while let last = open.last, Int(tape.nodes[last].end) == index {
                if tape.nodes[last].kind == .object { endObject() } else { endArray() }
                open.removeLast()
            }
        } while !open.isEmpty
    }

    private mutating func appendNode(_ tape: borrowing JSONTape, _ node: JSONTape.Node) {
        separate()
        appendQuoted(tape.text.span.extracting(node.text.range))
        if node.isKey {
            bytes.append(UInt8(ascii: ":"))
            needsComma = false
        }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func appendQuoted(_ text: some StringProtocol) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 { appendEscaped(byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendQuoted(_ text: Span<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var index = 0
        while index < text.count {
            if text[index] < 0x80 {
                appendEscaped(text[index])
                index += 1
            } else if let length = utf8Length(text, at: index) {
                for offset in 0..<length { bytes.append(text[index + offset]) }
                index += length
            } else {
                bytes.append(contentsOf: [0xef, 0xbf, 0xbd])
                index += 1
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x0a: bytes.append(contentsOf: "\\n".utf8)
        case 0x0d: bytes.append(contentsOf: "\\r".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case 0..<0x20, 0x7f:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(hexadecimalDigit(byte >> 4))
            bytes.append(hexadecimalDigit(byte & 15))
        default: bytes.append(byte)
        }
    }

    private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
