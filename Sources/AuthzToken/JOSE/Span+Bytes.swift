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
}
