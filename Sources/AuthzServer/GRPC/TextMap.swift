import AuthzCore

/// A `map<string, string>`, or a list of such pairs, in the order in which they came. Slices of the message.
struct TextMap {
    /// Bounds the comparisons that a key which came before costs.
    static let maximumEntries = 256
    /// How many entries of a map are read, with those whose key comes again.
    static let maximumReads = 1024

    private(set) var entries: [HeaderField] = []
    /// A bit for each key that is there; one that is not set saves looking for it.
    private var seen: UInt64 = 0
    private var readCount = 0

    var isEmpty: Bool { entries.isEmpty }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        seen = 0
        readCount = 0
    }

    /// Reads an entry of a map: the last value of a key counts, and a missing key or value is empty.
    mutating func add(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) {
        readCount += 1
        guard readCount <= Self.maximumReads else { throw .tooManyEntries }
        var entry = HeaderField(name: .empty, value: .empty)
        var reader = WireReader(slice)
        while let field = try reader.next(in: bytes) {
            guard case .bytes(let text) = field.value else { continue }
            switch field.number {
            case 1: entry.name = try text.text(in: bytes)
            case 2: entry.value = try text.text(in: bytes)
            default: break
            }
        }
        let bit = Self.bit(of: entry.name, in: bytes)
        if seen & bit != 0, let index = index(of: entry.name, in: bytes) {
            entries[index].value = entry.value
            return
        }
        seen |= bit
        try append(entry)
    }

    /// Reads a `HeaderValue`, of which each counts alone: `raw_value` if it is there, else `value`.
    mutating func addHeaderValue(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) {
        var entry = HeaderField(name: .empty, value: .empty)
        var raw = ByteSlice.empty
        var reader = WireReader(slice)
        while let field = try reader.next(in: bytes) {
            guard case .bytes(let value) = field.value else { continue }
            switch field.number {
            case 1: entry.name = try value.text(in: bytes)
            case 2: entry.value = try value.text(in: bytes)
            case 3: raw = value
            default: break
            }
        }
        if !raw.isEmpty { entry.value = raw }
        try append(entry)
    }

    /// The value of a key; `nil` where there is none.
    func value(of key: StaticString, in request: borrowing CheckRequest) -> ByteSlice? {
        for entry in entries where request.slice(entry.name, equals: key) { return entry.value }
        return nil
    }

    private mutating func append(_ entry: HeaderField) throws(WireError) {
        guard entries.count < Self.maximumEntries else { throw .tooManyEntries }
        entries.append(entry)
    }

    private func index(of key: ByteSlice, in bytes: Span<UInt8>) -> Int? {
        for index in entries.indices where entries[index].name.equals(key, in: bytes) { return index }
        return nil
    }

    private static func bit(of key: ByteSlice, in bytes: Span<UInt8>) -> UInt64 {
        guard !key.isEmpty else { return 1 }
        let first = UInt64(bytes[key.range.lowerBound])
        let middle = UInt64(bytes[key.range.lowerBound + Int(key.count) / 2])
        let last = UInt64(bytes[key.range.upperBound - 1])
        let mixed = (first << 24 | middle << 16 | last << 8 | UInt64(key.count)) &* 0x9e37_79b9_7f4a_7c15
        return 1 << (mixed >> 58)
    }
}

extension ByteSlice {
    /// Whether both hold the same bytes.
    fileprivate func equals(_ other: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for offset in 0..<Int(count) where bytes[range.lowerBound + offset] != bytes[other.range.lowerBound + offset] {
            return false
        }
        return true
    }
}
