import AuthzCore

/// Where the three pieces of a compact JWS (RFC 7515 §7.1) lie in its bytes.
struct CompactToken: Sendable {
    let header: Range<Int>
    let payload: Range<Int>
    let signature: Range<Int>
    /// Whether the token has empty pieces besides, which Envoy drops.
    let hasEmptyPieces: Bool

    /// Splits a token at its dots.
    ///
    /// - Returns: `nil` unless exactly three pieces are not empty.
    init?(splitting token: Span<UInt8>) {
        // Nearly every token has two dots and no empty piece; they are found at 16 bytes a step.
        if let compact = CompactToken(strictly: token), !compact.payload.isEmpty {
            self = compact
            return
        }
        var pieces: (Range<Int>, Range<Int>, Range<Int>) = (0..<0, 0..<0, 0..<0)
        var count = 0
        var dots = 0
        var start = 0
        for index in 0...token.count {
            let isEnd = index == token.count
            guard isEnd || token[index] == UInt8(ascii: ".") else { continue }
            if !isEnd { dots += 1 }
            if index > start {
                switch count {
                case 0: pieces.0 = start..<index
                case 1: pieces.1 = start..<index
                case 2: pieces.2 = start..<index
                default: return nil
                }
                count += 1
            }
            start = index + 1
        }
        guard count == 3 else { return nil }
        (header, payload, signature) = pieces
        hasEmptyPieces = dots != 2
    }

    /// Splits a token at its two dots; the payload may be empty.
    ///
    /// - Returns: `nil` for another number of dots, and where header or signature is empty.
    init?(strictly token: Span<UInt8>) {
        var dots: (first: Int, second: Int) = (0, 0)
        var count = 0
        var start = 0
        while count < 3, let dot = token.firstIndex(of: UInt8(ascii: "."), from: start) {
            if count == 0 { dots.first = dot } else { dots.second = dot }
            count += 1
            start = dot + 1
        }
        guard count == 2, dots.first > 0, dots.second + 1 < token.count else { return nil }
        header = 0..<dots.first
        payload = dots.first + 1..<dots.second
        signature = dots.second + 1..<token.count
        hasEmptyPieces = false
    }
}
