/// A run of bytes in the storage of a ``CheckRequest`` (or of a compiled policy set): where it begins and how long it is.
package struct ByteSlice: Sendable, Hashable {
    package var offset: UInt32
    package var count: UInt32

    package init(offset: Int, count: Int) {
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.count = UInt32(truncatingIfNeeded: count)
    }

    /// No bytes at all. An empty value is present; an absent one is `nil`.
    package static let empty = ByteSlice(offset: 0, count: 0)

    package var isEmpty: Bool { count == 0 }

    /// The indices of the bytes in their storage.
    package var range: Range<Int> { Int(offset)..<Int(offset) + Int(count) }

    /// The slice without its first `count` bytes.
    package func dropping(first dropped: Int) -> ByteSlice {
        ByteSlice(offset: Int(offset) + dropped, count: Int(count) - dropped)
    }

    /// The first `count` bytes.
    package func prefix(_ length: Int) -> ByteSlice {
        ByteSlice(offset: Int(offset), count: length)
    }
}
