/// Takes the signatures of tokens out of text that nobody reads for a token: messages, explanations, logs. A decision in JSON keeps
/// them, as it is word for word what a client gets, and its `www-authenticate` repeats the URL.
package enum SignatureMask {
    /// Pieces of fewer characters are none of a token, so that names with dots stay as they are.
    private static let minimumPiece = 8

    /// The text with `…` for what stands behind the second dot of each compact token. Linear in its length.
    package static func hidingSignatures(in bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var copied = 0
        var index = 0
        while index < bytes.count {
            guard isTokenByte(bytes[index]) else {
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, isTokenByte(bytes[index]) { index += 1 }
            guard let signature = signature(in: bytes[start..<index]) else { continue }
            result += bytes[copied..<signature]
            result += "…".utf8
            copied = index
        }
        return copied == 0 ? bytes : result + bytes[copied...]
    }

    package static func hidingSignatures(in text: String) -> String {
        String(decoding: hidingSignatures(in: Array(text.utf8)), as: UTF8.self)
    }

    /// Where the third piece of a token in a run of its characters begins.
    private static func signature(in run: ArraySlice<UInt8>) -> Int? {
        guard run.contains(UInt8(ascii: ".")) else { return nil }
        let pieces = run.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        for index in pieces.indices where isHeader(pieces[index]) && index + 2 < pieces.count {
            if pieces[index + 2].count >= minimumPiece { return pieces[index + 2].startIndex }
        }
        return nil
    }

    /// Whether a piece begins as the base64url text of a JSON object does: `{"`, or `{` with a blank behind it.
    private static func isHeader(_ piece: ArraySlice<UInt8>) -> Bool {
        piece.count >= minimumPiece && (piece.starts(with: "ey".utf8) || piece.starts(with: "ew".utf8))
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
