import AuthzCore
import AuthzEngine

/// The names of headers that the upstream must not get: those of tokens, and those that only a token may set and none did.
/// Walked without an allocation.
struct HeadersToRemove {
    private let removed: [ByteSlice]
    private let outputs: [[UInt8]]
    private let set: [HeaderField]
    /// Of the request; empty where they do not concern.
    private let sent: [HeaderField]
    private let storage: [UInt8]

    /// - Parameters:
    ///   - fields: The headers that are set.
    ///   - includesAliases: Whether headers of the request count, too, that differ by `_` or `.` in place of `-` alone from one that is
    ///     set or goes away. Servers that hand headers on as variables read them alike (SR-11).
    init(
        besides fields: [HeaderField], of request: borrowing CheckRequest, for workload: Workload?,
        _ workspace: borrowing Workspace, includesAliases: Bool = false
    ) {
        removed = workspace.headersToRemove
        outputs = workload?.claimHeaderNames ?? []
        set = fields
        sent = includesAliases ? request.operation.headers : []
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

    private var namedCount: Int { removed.count + outputs.count }
    private var indices: Range<Int> { 0..<namedCount + sent.count }

    private subscript(index: Int) -> ArraySlice<UInt8> {
        if index < removed.count { return storage[removed[index].range] }
        if index < namedCount { return outputs[index - removed.count][...] }
        return storage[sent[index - namedCount].name.range]
    }

    /// Whether the name is not set, and not one that came before.
    private func counts(_ index: Int) -> Bool {
        let name = self[index]
        guard index < namedCount || isAlias(name) else { return false }
        for field in set where storage[field.name.range].elementsEqual(name) { return false }
        for earlier in 0..<index where self[earlier].elementsEqual(name) { return false }
        return true
    }

    private func isAlias(_ name: ArraySlice<UInt8>) -> Bool {
        guard name.contains(where: { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".") }) else { return false }
        for index in 0..<namedCount where Self.looksLike(self[index], name) { return true }
        for field in set where Self.looksLike(storage[field.name.range], name) { return true }
        return false
    }

    private static func looksLike(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Bool {
        one.elementsEqual(other) { plain($0) == plain($1) }
    }

    private static func plain(_ byte: UInt8) -> UInt8 {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") ? UInt8(ascii: "-") : byte
    }
}
