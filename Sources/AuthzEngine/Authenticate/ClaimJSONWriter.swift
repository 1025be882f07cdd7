import AuthzCore
import Glibc

/// Writes a claim as compact JSON with the escapes and numbers of protobuf's writer, which Envoy uses. Members keep the order
/// of the token; Envoy's own order changes from run to run.
struct ClaimJSONWriter {
    private(set) var bytes: [UInt8] = []

    /// Linear in the text of the claim.
    mutating func write(_ tape: borrowing JSONTape, at root: Int) {
        var open: [Int] = []
        var index = root
        var needsComma = false
        repeat {
            let node = tape.nodes[index]
            if needsComma { bytes.append(UInt8(ascii: ",")) }
            needsComma = true
            switch node.kind {
            case .object, .array:
                bytes.append(node.kind == .object ? UInt8(ascii: "{") : UInt8(ascii: "["))
                needsComma = false
                open.append(index)
            case .string:
                writeText(tape.text.span.extracting(node.text.range))
                if node.isKey {
                    bytes.append(UInt8(ascii: ":"))
                    needsComma = false
                }
            case .number: writeNumber(tape.number(at: index))
            case .boolTrue: bytes.append(contentsOf: "true".utf8)
            case .boolFalse: bytes.append(contentsOf: "false".utf8)
            case .null: bytes.append(contentsOf: "null".utf8)
            }
            index += 1
            while let last = open.last, Int(tape.nodes[last].end) == index {
                bytes.append(tape.nodes[last].kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]"))
                needsComma = true
                open.removeLast()
            }
        } while !open.isEmpty
    }

    /// 15 digits where they give the number back, else 17.
    private mutating func writeNumber(_ number: Double) {
        var buffer = [CChar](repeating: 0, count: 32)
        var count = withVaList([number]) { vsnprintf(&buffer, buffer.count, "%.15g", $0) }
        if strtod(buffer, nil) != number {
            count = withVaList([number]) { vsnprintf(&buffer, buffer.count, "%.17g", $0) }
        }
        bytes.append(contentsOf: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) })
    }

    // MARK: Text

    private mutating func writeText(_ text: Span<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var index = 0
        while index < text.count {
            let length = Self.scalarLength(text[index])
            // INVARIANT: the tape's texts are UTF-8.
            guard length > 1, index + length <= text.count else {
                writeASCII(text[index])
                index += 1
                continue
            }
            var scalar = UInt32(text[index]) & (0x7f >> UInt32(length))
            for offset in 1..<length { scalar = scalar << 6 | UInt32(text[index + offset] & 0x3f) }
            if Self.isEscaped(scalar) {
                writeEscape(scalar)
            } else {
                for offset in 0..<length { bytes.append(text[index + offset]) }
            }
            index += length
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func scalarLength(_ lead: UInt8) -> Int {
        switch lead {
        case 0xf0...: 4
        case 0xe0...: 3
        case 0xc0...: 2
        default: 1
        }
    }

    private mutating func writeASCII(_ byte: UInt8) {
        let letter: UInt8? =
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
            case 0x08: UInt8(ascii: "b")
            case 0x09: UInt8(ascii: "t")
            case 0x0a: UInt8(ascii: "n")
            case 0x0c: UInt8(ascii: "f")
            case 0x0d: UInt8(ascii: "r")
            default: nil
            }
        if let letter {
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(letter)
        } else if byte < 0x20 || byte == 0x7f || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") {
            writeUnit(UInt32(byte))
        } else {
            bytes.append(byte)
        }
    }

    /// Characters that nobody sees, beside those of ASCII.
    private static func isEscaped(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x80...0x9f, 0xad, 0x600...0x603, 0x6dd, 0x70f, 0x17b4, 0x17b5, 0x200b...0x200f, 0x2028...0x202e,
            0x2060...0x2064, 0x206a...0x206f, 0xfeff, 0xfff9...0xfffb, 0x1d173...0x1d17a, 0xe0001, 0xe0020...0xe007f:
            true
        default: false
        }
    }

    private mutating func writeEscape(_ scalar: UInt32) {
        guard scalar > 0xffff else { return writeUnit(scalar) }
        writeUnit(0xd800 + ((scalar - 0x10000) >> 10))
        writeUnit(0xdc00 + ((scalar - 0x10000) & 0x3ff))
    }

    private mutating func writeUnit(_ unit: UInt32) {
        bytes.append(contentsOf: "\\u".utf8)
        for shift in [12, 8, 4, 0] as [UInt32] {
            let digit = UInt8(truncatingIfNeeded: (unit >> shift) & 15)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
