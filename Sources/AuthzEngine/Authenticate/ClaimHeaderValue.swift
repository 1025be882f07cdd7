import AuthzCore
import Glibc

/// The text of a claim as `outputClaimToHeaders` writes it (request authentication dossier 6.5).
enum ClaimHeaderValue {
    /// Writes the value of a claim; false where there is to be no header.
    static func write(_ node: Int, of tape: borrowing JSONTape, to output: inout [UInt8]) -> Bool {
        output.removeAll(keepingCapacity: true)
        switch tape.nodes[node].kind {
        case .string: output.append(contentsOf: tape.text[tape.nodes[node].text.range])
        case .number: writeNumber(tape.number(at: node), to: &output)
        case .boolTrue: output.append(contentsOf: "true".utf8)
        case .boolFalse: output.append(contentsOf: "false".utf8)
        case .null: return false
        case .object, .array:
            var writer = ClaimJSONWriter()
            writer.write(tape, at: node)
            Base64.encode(writer.bytes, to: &output)
        }
        return !output.isEmpty
    }

    /// A whole number from 0 to below 2^64 in decimal, any other with six decimals.
    private static func writeNumber(_ number: Double, to output: inout [UInt8]) {
        if number >= 0, number < 0x1p64, number == number.rounded(.towardZero) {
            output.append(contentsOf: String(UInt64(number)).utf8)
        } else {
            output.append(contentsOf: sixDecimals(number).utf8)
        }
    }

    /// `%f` of C: at most 309 digits, a point and six decimals.
    private static func sixDecimals(_ number: Double) -> String {
        var buffer = [CChar](repeating: 0, count: 320)
        let count = withVaList([number]) { vsnprintf(&buffer, buffer.count, "%f", $0) }
        return String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
