import AuthzCore

/// `envoy.config.core.v3.Metadata` of a check request: the dynamic metadata in the namespaces that the proxy is told to send
/// (`metadata_context_namespaces`). Slices of the message.
struct MetadataMessage {
    /// Bounds the comparisons of a test.
    static let maximumFields = 512

    /// By name; a `google.protobuf.Struct` each, in pieces where it came in several.
    private var namespaces: [(name: ByteSlice, pieces: [ByteSlice])] = []

    var isEmpty: Bool { namespaces.isEmpty }

    mutating func removeAll() {
        if !namespaces.isEmpty { namespaces.removeAll(keepingCapacity: true) }
    }

    /// Merges a message into what is there: a namespace that comes twice is the last one.
    mutating func merge(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) {
        var reader = WireReader(slice)
        while let field = try reader.next(in: bytes) {
            guard case .bytes(let value) = field.value, field.number == 1 else { continue }
            let (name, pieces) = try entry(value, in: bytes)
            namespaces.removeAll { $0.name.isSame(as: name, in: bytes) }
            guard namespaces.count < TextMap.maximumEntries else { throw .tooManyEntries }
            namespaces.append((name, pieces))
        }
    }

    /// Puts the texts and lists of texts into a request whose storage begins with these bytes.
    func fill(_ metadata: inout DynamicMetadata, from bytes: Span<UInt8>) throws(WireError) {
        for namespace in namespaces {
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
                case (1...5, _):
                    texts.removeLast(texts.count - start)
                    form = .other
                default: break
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
                case (1...6, _): text = nil
                default: break
                }
            }
            guard let text else { continue }
            guard texts.count < Self.maximumFields else { throw .tooManyEntries }
            texts.append(text)
        }
    }
}

extension ByteSlice {
    fileprivate func isSame(as other: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for place in 0..<Int(count) where bytes[range.lowerBound + place] != bytes[other.range.lowerBound + place] {
            return false
        }
        return true
    }
}
