/// The escapes of JSON for characters beyond U+FFFF, which YAML does not know.
enum SurrogatePairs {
    /// Replaces each pair such as `\ud83d\ude00` by the one escape of YAML for the same character.
    ///
    /// - Returns: The text and the ends of the replacements in it, each of which is two characters shorter than what it
    ///   stands for; `nil` where the text is no JSON object or array, or has no pair.
    static func joined(in text: [UInt8]) -> (text: [UInt8], shifts: [YAMLEvent.Mark])? {
        let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        guard let first = text.first(where: { !blanks.contains($0) }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        else { return nil }

        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var shifts: [YAMLEvent.Mark] = []
        var position = YAMLEvent.Mark(line: 1, column: 1)
        var index = 0
        func append(_ bytes: some Collection<UInt8>) {
            result.append(contentsOf: bytes)
            let moved = TextPosition.end(of: bytes)
            position = YAMLEvent.Mark(
                line: position.line + moved.line - 1,
                column: moved.line > 1 ? moved.column : position.column + moved.column - 1)
        }
        while index < text.count {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
                let end = text[(index + 1)...].firstIndex(of: UInt8(ascii: "\\")) ?? text.count
                append(text[index..<end])
                index = end
                continue
            }
            guard let high = escape(in: text, at: index), (0xd800...0xdbff).contains(high),
                let low = escape(in: text, at: index + 6), (0xdc00...0xdfff).contains(low)
            else {
                append(text[index..<index + 2])
                index += 2
                continue
            }
            let digits = String(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00), radix: 16)
            append(Array(("\\U" + String(repeating: "0", count: 8 - digits.count) + digits).utf8))
            shifts.append(position)
            index += 12
        }
        return shifts.isEmpty ? nil : (result, shifts)
    }

    /// The value of an escape of the form `\uXXXX`.
    private static func escape(in text: [UInt8], at index: Int) -> UInt32? {
        guard index + 6 <= text.count, text[index] == UInt8(ascii: "\\"), text[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        return UInt32(String(decoding: text[index + 2..<index + 6], as: UTF8.self), radix: 16)
    }
}
