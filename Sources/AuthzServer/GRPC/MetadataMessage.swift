import AuthzCore

/// `envoy.config.core.v3.Metadata` of a check request: the dynamic metadata in the namespaces that the proxy is told to send
/// (`metadata_context_namespaces`). Slices of the message.
struct MetadataMessage {
    /// Bounds the comparisons of a test.
    static let maximumFields = 512

    /// What came of it.
    private var messages: [ByteSlice] = []

    var isEmpty: Bool { messages.isEmpty }

    mutating func removeAll() {
        if !messages.isEmpty { messages.removeAll(keepingCapacity: true) }
    }

    /// Merges a message into what is there. It is read later.
    mutating func merge(_ slice: ByteSlice) throws(WireError) {
        guard messages.count < TextMap.maximumEntries else { throw .tooManyEntries }
        messages.append(slice)
    }

    /// By name; a `google.protobuf.Struct` each, in pieces where it came in several. One that comes twice is the last.
    private func namespaces(
        in bytes: Span<UInt8>
    ) throws(WireError) -> [(name: ByteSlice, pieces: [ByteSlice])] {
        var namespaces: [(name: ByteSlice, pieces: [ByteSlice])] = []
        var count = 0
        for message in messages {
            var reader = WireReader(message)
            while let field = try reader.next(in: bytes) {
                guard case .bytes(let value) = field.value, field.number == 1 else { continue }
                count += 1
                guard count <= TextMap.maximumEntries else { throw .tooManyEntries }
                let (name, pieces) = try entry(value, in: bytes)
                for index in namespaces.indices where isSame(namespaces[index].name, name, in: bytes) {
                    namespaces.remove(at: index)
                    break
                }
                namespaces.append((name, pieces))
            }
        }
        return namespaces
    }

    private func isSame(_ one: ByteSlice, _ other: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        for place in 0..<Int(one.count) where bytes[Int(one.offset) + place] != bytes[Int(other.offset) + place] {
            return false
        }
        return true
    }

    /// Puts the texts and lists of texts into a request whose storage begins with these bytes.
    func fill(_ metadata: inout DynamicMetadata, from bytes: Span<UInt8>) throws(WireError) {
        for namespace in try namespaces(in: bytes) {
            metadata.namespaces.append(namespace.name)
            for piece in namespace.pieces {
                var reader = WireReader(piece)
                while let field = try reader.next(in: bytes) {
                    guard case .bytes(let value) = field.value, field.number == 1 else { continue }
                    guard metadata.fields.count < Self.maximumFields else { throw .tooManyEntries }
                    let (key, pieces) = try entry(value, in: bytes)
                    metadata.fields.append(
                        try Self.field(
                            key, pieces, namespace: metadata.namespaces.count - 1, to: &metadata.texts, in: bytes))
                }
            }
        }
    }

    /// An entry of a map whose values are messages.
    private func entry(
        _ slice: ByteSlice, in bytes: Span<UInt8>
    ) throws(WireError) -> (name: ByteSlice, pieces: [ByteSlice]) {
        var name = ByteSlice.empty
        var pieces: [ByteSlice] = []
        var reader = WireReader(slice)
        while let field = try reader.next(in: bytes) {
            guard case .bytes(let value) = field.value else { continue }
            switch field.number {
            case 1: name = try value.text(in: bytes)
            case 2: pieces.append(value)
            default: break
            }
        }
        return (name, pieces)
    }

    /// Whether the field is an alternative of a `google.protobuf.Value` that is neither text nor a list. One of another wire type is
    /// an unknown field.
    private static func isOtherAlternative(_ field: WireReader.Field) -> Bool {
        switch (field.number, field.value) {
        // null_value and bool_value, number_value, struct_value
        case (1, .varint), (4, .varint), (2, .fixed64), (5, .bytes): true
        default: false
        }
    }

    /// A `google.protobuf.Value`: of its alternatives the last one counts, and a list that comes twice is one.
    private static func field(
        _ key: ByteSlice, _ pieces: [ByteSlice], namespace: Int, to texts: inout [ByteSlice], in bytes: Span<UInt8>
    ) throws(WireError) -> DynamicMetadata.Field {
        let start = texts.count
        var form = DynamicMetadata.Field.Form.other
        for piece in pieces {
            var reader = WireReader(piece)
            while let field = try reader.next(in: bytes) {
                switch (field.number, field.value) {
                case (3, .bytes(let text)):
                    texts.removeLast(texts.count - start)
                    texts.append(try text.text(in: bytes))
                    form = .text
                case (6, .bytes(let list)):
                    if form != .list { texts.removeLast(texts.count - start) }
                    form = .list
                    try appendTexts(of: list, to: &texts, in: bytes)
                default:
                    guard isOtherAlternative(field) else { continue }
                    texts.removeLast(texts.count - start)
                    form = .other
                }
            }
        }
        return DynamicMetadata.Field(namespace: namespace, key: key, form: form, texts: start..<texts.count)
    }

    /// The texts among the values of a `google.protobuf.ListValue`.
    private static func appendTexts(
        of list: ByteSlice, to texts: inout [ByteSlice], in bytes: Span<UInt8>
    ) throws(WireError) {
        var reader = WireReader(list)
        while let field = try reader.next(in: bytes) {
            guard case .bytes(let value) = field.value, field.number == 1 else { continue }
            var text: ByteSlice?
            var inner = WireReader(value)
            while let field = try inner.next(in: bytes) {
                switch (field.number, field.value) {
                case (3, .bytes(let value)): text = try value.text(in: bytes)
                case (6, .bytes): text = nil
                default: if isOtherAlternative(field) { text = nil }
                }
            }
            guard let text else { continue }
            guard texts.count < Self.maximumFields else { throw .tooManyEntries }
            texts.append(text)
        }
    }
}
