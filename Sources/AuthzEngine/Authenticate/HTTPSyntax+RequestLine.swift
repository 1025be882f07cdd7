import AuthzCore

extension HTTPSyntax {
    /// Whether path and host of a request that an Envoy tells of hold neither blanks nor control characters, which no codec takes.
    static func hasReadableLine(_ request: borrowing CheckRequest) -> Bool {
        isVisible(request.operation.path, in: request) && isVisible(request.operation.host, in: request)
    }

    /// Eight bytes at a time, as it is done for each check.
    private static func isVisible(_ slice: ByteSlice, in request: borrowing CheckRequest) -> Bool {
        let bytes = request.storage.span
        var index = slice.range.lowerBound
        let end = slice.range.upperBound
        while end - index >= 8 {
            let word = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard !mayHide(word) else { break }
            index += 8
        }
        while index < end {
            guard bytes[index] > 0x20, bytes[index] != 0x7f else { return false }
            index += 1
        }
        return true
    }

    /// Whether one of eight bytes is below 0x21 or 0x7f; a byte behind such a one may seem to be.
    private static func mayHide(_ word: UInt64) -> Bool {
        let low = (word &- 0x2121_2121_2121_2121) & ~word
        let delete = word ^ 0x7f7f_7f7f_7f7f_7f7f
        return (low | (delete &- 0x0101_0101_0101_0101) & ~delete) & 0x8080_8080_8080_8080 != 0
    }
}
