internal import Glibc

extension Span<UInt8> {
    /// Whether the bytes are these, which may be many.
    package func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return unsafe memcmp(left, right, other.count) == 0
            }
        }
    }

    /// Whether the bytes are these, which may be many.
    package func isEqual(to other: [UInt8]) -> Bool {
        isEqual(to: other.span)
    }

    /// Whether the bytes are those of a text that the program knows. Inlined, so that a literal is compared as a few integers.
    @inlinable
    @inline(__always)
    package func isEqual(to other: StaticString) -> Bool {
        count == other.utf8CodeUnitCount && hasPrefix(other)
    }

    /// Whether the bytes begin with those of a text that the program knows.
    @inlinable
    @inline(__always)
    package func hasPrefix(_ prefix: StaticString) -> Bool {
        let length = prefix.utf8CodeUnitCount
        guard count >= length else { return false }
        return unsafe withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return length == 0 }
            return unsafe ByteClass.areEqual(start, prefix.utf8Start, count: length)
        }
    }

    /// The first place of a byte at or behind `start`.
    package func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        guard start < count else { return nil }
        return unsafe extracting(start..<count).withUnsafeBytes { rest in
            guard let base = rest.baseAddress, let found = unsafe memchr(base, Int32(byte), rest.count) else {
                return nil
            }
            return start + (unsafe UnsafeRawPointer(found) - base)
        }
    }
}
