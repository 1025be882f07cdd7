internal import Glibc

extension Span<UInt8> {
    /// Whether the bytes are these.
    func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }

    /// Whether the bytes are those of a text that the program knows.
    func isEqual(to other: StaticString) -> Bool {
        count == other.utf8CodeUnitCount && hasPrefix(other)
    }

    /// Whether the bytes begin with those of a text that the program knows.
    func hasPrefix(_ prefix: StaticString) -> Bool {
        guard count >= prefix.utf8CodeUnitCount else { return false }
        for index in 0..<prefix.utf8CodeUnitCount {
            guard prefix.withUTF8Buffer({ unsafe $0[index] }) == self[index] else { return false }
        }
        return true
    }

    /// The first place of a byte at or behind `start`.
    func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        guard start < count else { return nil }
        return unsafe extracting(start..<count).withUnsafeBytes { rest in
            guard let base = rest.baseAddress, let found = unsafe memchr(base, Int32(byte), rest.count) else {
                return nil
            }
            return start + (unsafe UnsafeRawPointer(found) - base)
        }
    }

    /// Whether the bytes are these, compared at once.
    func hasSameBytes(as other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return unsafe memcmp(left, right, other.count) == 0
            }
        }
    }
}
