import AuthzCore
import AuthzEngine

/// The names of headers that the upstream must not get: those of tokens, and those that only a token may set and none did.
/// Walked without an allocation, unless aliases are listed.
struct HeadersToRemove {
    /// Names that differ from one that is set or goes away by `-`, `_` and `.` alone. Servers that hand headers on as variables read
    /// them alike (SR-11).
    enum Aliases {
        case none
        /// Those among the headers of the request.
        case sent
        /// These, and those that have the same of the three everywhere: a proxy may not have sent along all that its client sent.
        case all
    }

    private let removed: [ByteSlice]
    private let outputs: [[UInt8]]
    private let set: [HeaderField]
    private let aliases: [[UInt8]]
    /// Of the request; empty where they do not concern.
    private let sent: [HeaderField]
    private let storage: [UInt8]

    /// - Parameters:
    ///   - fields: The headers that are set.
    ///   - aliases: Which of them go away, too.
    init(
        besides fields: [HeaderField], of request: borrowing CheckRequest, for workload: Workload?,
        _ workspace: borrowing Workspace, aliases: Aliases = .none
    ) {
        removed = workspace.headersToRemove
        outputs = workload?.claimHeaderNames ?? []
        set = fields
        sent = aliases == .none ? [] : request.operation.headers
        storage = request.storage
        guard aliases == .all else {
            self.aliases = []
            return
        }
        self.aliases =
            removed.flatMap { [storage] in Self.spellings(of: storage[$0.range]) }
            + outputs.flatMap { Self.spellings(of: $0[...]) }
            + set.flatMap { [storage] in Self.spellings(of: storage[$0.name.range]) }
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
    private var listedCount: Int { namedCount + aliases.count }
    private var indices: Range<Int> { 0..<listedCount + sent.count }

    private subscript(index: Int) -> ArraySlice<UInt8> {
        if index < removed.count { return storage[removed[index].range] }
        if index < namedCount { return outputs[index - removed.count][...] }
        if index < listedCount { return aliases[index - namedCount][...] }
        return storage[sent[index - listedCount].name.range]
    }

    /// Whether the name is not set, and not one that came before.
    private func counts(_ index: Int) -> Bool {
        let name = self[index]
        guard index < listedCount || isAlias(name) else { return false }
        for field in set where storage[field.name.range].elementsEqual(name) { return false }
        for earlier in 0..<index where self[earlier].elementsEqual(name) { return false }
        return true
    }

    private func isAlias(_ name: ArraySlice<UInt8>) -> Bool {
        for index in 0..<namedCount where Self.looksLike(self[index], name) { return true }
        for field in set where Self.looksLike(storage[field.name.range], name) { return true }
        return false
    }

    private static func looksLike(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Bool {
        one.count == other.count && one.elementsEqual(other) { plain($0) == plain($1) }
    }

    /// The name with the same divider everywhere, where it has one.
    private static func spellings(of name: ArraySlice<UInt8>) -> [[UInt8]] {
        guard name.contains(where: dividers.contains) else { return [] }
        return dividers.map { divider in name.map { dividers.contains($0) ? divider : $0 } }
    }

    private static func plain(_ byte: UInt8) -> UInt8 { dividers.contains(byte) ? UInt8(ascii: "-") : byte }

    private static let dividers = Array("-_.".utf8)
}
