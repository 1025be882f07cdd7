import AuthzCore
import AuthzEngine

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
    private var keys = KeyMemory()

    var isEmpty: Bool { entries.isEmpty }

    mutating func removeAll() {
        entries.clear()
        seen = 0
        readCount = 0
    }

    /// Reads an entry of a map: the last value of a key counts, and a missing key or value is empty.
    mutating func add(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) {
        readCount += 1
        guard readCount <= Self.maximumReads else { throw .tooManyEntries }
        let entry: HeaderField
        let bit: UInt64
        if let plain = plainEntry(slice, in: bytes) {
            (entry, bit) = plain
        } else {
            entry = try Self.entry(slice, in: bytes)
            bit = Self.bit(of: entry.name, in: bytes)
        }
        if seen & bit != 0, let index = index(of: entry.name, in: bytes) {
            entries[index] = entry
            return
        }
        seen |= bit
        try append(entry)
    }

    /// An entry as encoders write it: the key, then the value, each once, and a short key, all of printable ASCII. `nil` for any
    /// other form. A third of the time of a check goes by here, so it reads memory.
    @inline(__always)
    private mutating func plainEntry(
        _ slice: ByteSlice, in bytes: Span<UInt8>
    ) -> (field: HeaderField, bit: UInt64)? {
        let start = slice.range.lowerBound
        let count = slice.range.count
        precondition(start + count <= bytes.count)
        return bytes.withUnsafeBytes { memory in
            guard count >= 4, let entry = memory.baseAddress.map({ $0 + start }) else { return nil }
            let keyCount = Int(entry.load(fromByteOffset: 1, as: UInt8.self))
            let valueTag = 2 + keyCount
            guard entry.load(as: UInt8.self) == 0x0a, keyCount < 0x80, valueTag + 2 <= count,
                entry.load(fromByteOffset: valueTag, as: UInt8.self) == 0x12
            else { return nil }
            var value = valueTag + 2
            var valueCount = Int(entry.load(fromByteOffset: valueTag + 1, as: UInt8.self))
            if valueCount >= 0x80 {
                guard value < count else { return nil }
                let more = Int(entry.load(fromByteOffset: value, as: UInt8.self))
                guard more < 0x80 else { return nil }
                valueCount = valueCount & 0x7f | more << 7
                value += 1
            }
            guard valueCount == count - value, ByteClass.isPrintableASCII(entry + value, count: valueCount) else {
                return nil
            }
            let name = ByteSlice(offset: start + 2, count: keyCount)
            let key: KeyMemory.Key
            if let known = keys.recall(entry + 2, count: keyCount, at: entries.count) {
                key = known
            } else {
                let isName = keyCount > 0 && ByteClass.isLowercaseName(entry + 2, count: keyCount)
                guard isName || ByteClass.isPrintableASCII(entry + 2, count: keyCount) else { return nil }
                key = KeyMemory.Key(
                    isName: isName, kind: isName ? KnownHeaders.kind(of: name, in: bytes) : 0,
                    bit: Self.bit(of: name, in: bytes))
                keys.remember(key, of: entry + 2, count: keyCount, at: entries.count)
            }
            let field = HeaderField(
                name: name, value: ByteSlice(offset: start + value, count: valueCount), isPlain: key.isName,
                kind: key.kind)
            return (field, key.bit)
        }
    }

    /// Gives the entries away for a list that is empty, with the memory of both.
    mutating func exchangeEntries(with other: inout [HeaderField]) {
        swap(&entries, &other)
    }

    private static func entry(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) -> HeaderField {
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
        return entry
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
        try append(HeaderField(name: entry.name, value: entry.value, in: bytes))
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

    /// The one in ``seen`` for a key. It depends on the bytes of the key alone.
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
        let left = bytes.extracting(range)
        let right = bytes.extracting(other.range)
        return left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                guard let first = left.baseAddress, let second = right.baseAddress else { return true }
                return ByteClass.areEqual(first, second, count: left.count)
            }
        }
    }
}
