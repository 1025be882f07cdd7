/// The two forms of an ECDSA signature.
enum ECDSASignature {
    /// Two integers of up to 66 bytes and a sign byte, each with a header of 2 bytes, in a sequence with one of 3.
    private static let maximumDERBytes = 3 + 2 * (2 + 67)

    /// Calls `body` with the DER form (RFC 3279 §2.2.3) of a signature that is `r` and `s` of equal length (RFC 7518 §3.4).
    ///
    /// - Returns: What `body` returns; `false` where the length is odd or beyond that of the longest curve.
    static func withDER(of signature: Span<UInt8>, _ body: (Span<UInt8>) -> Bool) -> Bool {
        guard signature.count.isMultiple(of: 2), signature.count > 0, signature.count <= 2 * 66 else { return false }
        let half = signature.count / 2
        let r = integerRange(in: signature, 0..<half)
        let s = integerRange(in: signature, half..<signature.count)
        let content = encodedBytes(r, in: signature) + encodedBytes(s, in: signature)
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: maximumDERBytes) { buffer in
            var count = 0
            func append(_ byte: UInt8) {
                unsafe buffer.initializeElement(at: count, to: byte)
                count += 1
            }
            func appendInteger(_ range: Range<Int>) {
                append(0x02)
                append(UInt8(encodedBytes(range, in: signature) - 2))
                if signature[range.lowerBound] >= 0x80 { append(0) }
                for index in range { append(signature[index]) }
            }
            append(0x30)
            if content >= 0x80 { append(0x81) }
            append(UInt8(content))
            appendInteger(r)
            appendInteger(s)
            return body(unsafe UnsafeBufferPointer(rebasing: buffer[..<count]).span)
        }
    }

    /// Where an unsigned integer stands without its leading zeros; one byte at least.
    private static func integerRange(in signature: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        while start < range.upperBound - 1, signature[start] == 0 { start += 1 }
        return start..<range.upperBound
    }

    /// The bytes of an integer in DER with its header: one more where the first bit would read as a sign.
    private static func encodedBytes(_ range: Range<Int>, in signature: Span<UInt8>) -> Int {
        2 + range.count + (signature[range.lowerBound] >= 0x80 ? 1 : 0)
    }
}
