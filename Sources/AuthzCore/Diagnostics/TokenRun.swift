/// Finds compact tokens in text by their structure, be they well formed or not.
package enum TokenRun {
    /// Pieces of fewer characters are none of a token, so that names with dots stay as they are.
    private static let minimumPiece = 8

    /// Whether a byte can stand in a token: the characters of base64url, the dot and what pads a piece.
    package static func isMember(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "=") || Base64Digit.value(of: byte) != nil
    }

    /// Where the signature of a token begins in a run of such bytes; `nil` where the run holds no token.
    ///
    /// A header or payload is a piece in which the base64url text of a JSON object begins. What stands behind the piece after it
    /// is the signature, whatever dots are between; where nothing does, what follows the piece is.
    ///
    /// - Complexity: O(*n*)
    package static func signature(in run: ArraySlice<UInt8>) -> Int? {
        let pieces = run.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard pieces.count > 2 else { return nil }
        for index in pieces.indices where holdsObject(pieces[index]) {
            let next = index + 2 < pieces.count || index == 0 ? index + 2 : index + 1
            guard next < pieces.count else { continue }
            let start = pieces[next].startIndex
            if run[start...].count(where: { Base64Digit.value(of: $0) != nil }) >= minimumPiece { return start }
        }
        return nil
    }

    private static func holdsObject(_ piece: ArraySlice<UInt8>) -> Bool {
        piece.split(separator: UInt8(ascii: "=")).contains { part in
            guard part.count >= minimumPiece else { return false }
            let last = part.endIndex - minimumPiece
            return isObject(part) || (part.startIndex...last).contains { beginsObject(part[$0...]) }
        }
    }

    /// Whether the text begins with `{"`, blanks between and up to two in front. More in front make whole groups of four characters,
    /// behind which it begins again.
    private static func beginsObject(_ text: ArraySlice<UInt8>) -> Bool {
        var blanks = 0
        var isOpen = false
        for byte in Decoded(text) {
            switch byte {
            case UInt8(ascii: "\""): return isOpen
            case UInt8(ascii: "{") where !isOpen: isOpen = true
            default:
                guard isBlank(byte), isOpen || blanks < 2 else { return false }
                blanks += 1
            }
        }
        return false
    }

    /// Whether the text is something in braces, as lenient readers take it: `{alg:RS256}`.
    private static func isObject(_ text: ArraySlice<UInt8>) -> Bool {
        var (first, last): (UInt8?, UInt8?) = (nil, nil)
        for byte in Decoded(text) where !isBlank(byte) {
            first = first ?? byte
            guard first == UInt8(ascii: "{") else { return false }
            last = byte
        }
        return last == UInt8(ascii: "}")
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
    }

    /// The bytes that characters stand for, up to the first that is none of base64url.
    private struct Decoded: Sequence, IteratorProtocol {
        private var text: ArraySlice<UInt8>
        private var bits: UInt32 = 0
        private var bitCount: UInt32 = 0

        init(_ text: ArraySlice<UInt8>) {
            self.text = text
        }

        mutating func next() -> UInt8? {
            while let value = text.popFirst().flatMap(Base64Digit.value(of:)) {
                bits = bits << 6 | UInt32(value)
                bitCount += 6
                guard bitCount >= 8 else { continue }
                bitCount -= 8
                return UInt8(truncatingIfNeeded: bits >> bitCount)
            }
            return nil
        }
    }
}
