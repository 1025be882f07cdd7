/// Divides a YAML stream at its `---` lines, so that what is broken in one document does not hide the others.
enum DocumentPieces {
    /// How many bytes the pieces may have together. Before each stand empty lines, which keep the places as they are.
    private static let maximumBytes = 64 << 20

    /// The pieces in their order; one or none where the stream cannot be divided.
    static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var byteCount = 0
        // The ends of the lines before the piece, and of those in it.
        var before: [UInt8] = []
        var within: [UInt8] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            let next = lineEnd(bytes, from: index)
            // A directive belongs to the document that follows.
            if bytes[index] == UInt8(ascii: "%") { return [] }
            if index > start, isMarker(bytes[index..<next.start]) {
                byteCount += before.count + index - start
                guard byteCount <= maximumBytes else { return [] }
                pieces.append(before + bytes[start..<index])
                before += within
                within.removeAll()
                start = index
            }
            within += bytes[next.start..<next.end]
            index = next.end
        }
        guard byteCount + before.count + bytes.count - start <= maximumBytes else { return [] }
        pieces.append(before + bytes[start...])
        return pieces
    }

    /// Whether a line begins a document.
    private static func isMarker(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.starts(with: "---".utf8) else { return false }
        let rest = line.dropFirst(3).first
        return rest == nil || rest == UInt8(ascii: " ") || rest == UInt8(ascii: "\t")
    }

    /// Where the line ends and the next one begins. Lines end as YAML 1.1 says, also at U+0085, U+2028 and U+2029.
    private static func lineEnd(_ bytes: [UInt8], from start: Int) -> (start: Int, end: Int) {
        var index = start
        while index < bytes.count {
            let rest = bytes[index...].prefix(3)
            let length: Int =
                switch rest.first {
                case UInt8(ascii: "\n"): 1
                case UInt8(ascii: "\r"): rest.dropFirst().first == UInt8(ascii: "\n") ? 2 : 1
                case 0xc2 where rest.starts(with: [0xc2, 0x85]): 2
                case 0xe2 where rest.starts(with: [0xe2, 0x80, 0xa8]) || rest.starts(with: [0xe2, 0x80, 0xa9]): 3
                default: 0
                }
            if length > 0 { return (index, index + length) }
            index += 1
        }
        return (index, index)
    }
}
