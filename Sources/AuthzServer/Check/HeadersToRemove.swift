import AuthzCore

/// The names of headers that the upstream must not get: those of tokens, and those that only a token may set and none did.
/// Walked without an allocation.
struct HeadersToRemove {
    let removed: [ByteSlice]
    let outputs: [[UInt8]]
    let set: [HeaderField]
    let storage: [UInt8]

    var isEmpty: Bool {
        for index in indices where counts(index) { return false }
        return true
    }

    /// Each name once.
    func visit(_ body: (ArraySlice<UInt8>) -> Void) {
        for index in indices where counts(index) { body(self[index]) }
    }

    private var indices: Range<Int> { 0..<removed.count + outputs.count }

    private subscript(index: Int) -> ArraySlice<UInt8> {
        index < removed.count ? storage[removed[index].range] : outputs[index - removed.count][...]
    }

    /// Whether the name is not set, and not one that came before.
    private func counts(_ index: Int) -> Bool {
        let name = self[index]
        for field in set where storage[field.name.range].elementsEqual(name) { return false }
        for earlier in 0..<index where self[earlier].elementsEqual(name) { return false }
        return true
    }
}
