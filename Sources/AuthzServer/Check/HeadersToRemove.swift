import AuthzCore
import AuthzEngine

/// The names of headers that the upstream must not get: those of tokens, and those that only a token may set and none did.
/// Walked without an allocation.
struct HeadersToRemove {
    private let removed: [ByteSlice]
    private let outputs: [[UInt8]]
    private let set: [HeaderField]
    private let storage: [UInt8]

    /// - Parameter fields: The headers that are set.
    init(
        besides fields: [HeaderField], of request: borrowing CheckRequest, for workload: Workload?,
        _ workspace: borrowing Workspace
    ) {
        removed = workspace.headersToRemove
        outputs = workload?.claimHeaderNames ?? []
        set = fields
        storage = request.storage
    }

    var isEmpty: Bool {
        for index in indices where counts(index) { return false }
        return true
    }

    /// Appends them with `,` between.
    func write(to bytes: inout [UInt8]) {
        var isFirst = true
        visit { name in
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            bytes.append(contentsOf: name)
        }
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
