extension Array {
    /// Removes all elements and keeps the memory. Where there are none, which is most often, it costs a comparison and not a call.
    @inlinable
    @inline(__always)
    package mutating func clear() {
        if !isEmpty { removeAll(keepingCapacity: true) }
    }
}
