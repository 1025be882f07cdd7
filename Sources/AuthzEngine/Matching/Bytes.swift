import AuthzCore
import Glibc

/// Comparisons of byte runs, the inner loop of every matcher. Each is linear in the shorter run.
enum Bytes {
    /// Whether two runs of equal length hold the same bytes. The ranges lie inside their spans.
    @inline(__always)
    static func equal(_ left: Span<UInt8>, at leftOffset: Int, _ right: Span<UInt8>, at rightOffset: Int, count: Int)
        -> Bool
    {
        precondition(leftOffset >= 0 && rightOffset >= 0 && count >= 0)
        precondition(
            leftOffset <= left.count - count && rightOffset <= right.count - count, "a run ends inside its span")
        // The values of a policy set begin alike and end differently, so the last bytes tell most of them apart.
        guard count >= 8 else {
            for index in 0..<count where left[unchecked: leftOffset + index] != right[unchecked: rightOffset + index] {
                return false
            }
            return true
        }
        let last = count - 8
        guard word(left, at: leftOffset + last) == word(right, at: rightOffset + last) else { return false }
        if last == 0 { return true }
        let first = left.extracting(unchecked: leftOffset..<leftOffset + last)
        let second = right.extracting(unchecked: rightOffset..<rightOffset + last)
        return first.withUnsafeBytes { first in
            second.withUnsafeBytes { second in
                guard let a = first.baseAddress, let b = second.baseAddress else { return false }
                return memcmp(a, b, last) == 0
            }
        }
    }

    @inline(__always)
    private static func word(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
        bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
    }

    /// The same, where `right` is in ASCII lower case and the case of `left` is immaterial.
    static func equalIgnoringCase(
        _ left: Span<UInt8>, at leftOffset: Int, _ right: Span<UInt8>, at rightOffset: Int, count: Int
    ) -> Bool {
        var index = 0
        while index < count {
            if lowercased(left[leftOffset + index]) != right[rightOffset + index] { return false }
            index += 1
        }
        return true
    }

    /// The first place at or behind `start` where `needle` stands in `haystack`. O(haystack × needle) at worst, where the
    /// needle is a policy's: the time is linear in what a peer can make long.
    static func firstIndex(of needle: Span<UInt8>, in haystack: Span<UInt8>, from start: Int) -> Int? {
        if needle.isEmpty { return start <= haystack.count ? start : nil }
        var index = start
        while index + needle.count <= haystack.count {
            if haystack[index] == needle[0], equal(haystack, at: index, needle, at: 0, count: needle.count) {
                return index
            }
            index += 1
        }
        return nil
    }

    static func contains(_ byte: UInt8, in bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        firstIndex(of: byte, in: bytes, range) != nil
    }

    /// The first place of a byte in a range that lies inside the span.
    @inline(__always)
    static func firstIndex(of byte: UInt8, in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        bytes.extracting(range).withUnsafeBytes { part in
            guard let start = part.baseAddress, let found = memchr(start, Int32(byte), part.count) else { return nil }
            return range.lowerBound + (UnsafeRawPointer(found) - start)
        }
    }
}
