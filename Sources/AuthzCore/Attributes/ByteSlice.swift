/// A run of bytes in the storage of a ``CheckRequest`` (or of a compiled policy set): where it begins and how long it is.
///
/// Everything here is inlined into other modules, since nearly each byte of a request is reached through it. For that the type
/// itself and what it stores must be `@usableFromInline`; `@inlinable` alone leaves calls.
@usableFromInline
package struct ByteSlice: Sendable, Hashable {
    @usableFromInline package var offset: UInt32
    @usableFromInline package var count: UInt32

    @inlinable
    package init(offset: Int, count: Int) {
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.count = UInt32(truncatingIfNeeded: count)
    }

    /// No bytes at all. An empty value is present; an absent one is `nil`.
    @inlinable package static var empty: ByteSlice { ByteSlice(offset: 0, count: 0) }

    @inlinable package var isEmpty: Bool { count == 0 }

    /// The indices of the bytes in their storage.
    @inlinable package var range: Range<Int> { Int(offset)..<Int(offset) + Int(count) }

    /// The slice without its first `count` bytes.
    @inlinable
    package func dropping(first dropped: Int) -> ByteSlice {
        ByteSlice(offset: Int(offset) + dropped, count: Int(count) - dropped)
    }

    /// The first `count` bytes.
    @inlinable
    package func prefix(_ length: Int) -> ByteSlice {
        ByteSlice(offset: Int(offset), count: length)
    }

    /// Whether the slice holds this text. Inlined, so that a literal is compared as a few integers.
    @inlinable
    @inline(__always)
    package func equals(_ text: StaticString, in bytes: Span<UInt8>) -> Bool {
        let length = text.utf8CodeUnitCount
        guard Int(count) == length, range.upperBound <= bytes.count else { return false }
        return unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return length == 0 }
            return unsafe ByteClass.areEqual(start + Int(offset), text.utf8Start, count: length)
        }
    }
}
