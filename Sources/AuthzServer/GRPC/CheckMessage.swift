import AuthzCore

/// `envoy.service.auth.v3.CheckRequest` as it stands on the wire: what is read of it, as slices of its bytes.
///
/// It follows proto3: messages that come twice are merged, of numbers and texts the last one counts, unknown fields are skipped,
/// texts are UTF-8. Fields that nothing is read from, such as the body, are skipped as unknown ones are. Used again for
/// the next message, it allocates nothing but for dynamic metadata.
struct CheckMessage {
    private(set) var source = PeerMessage()
    private(set) var destination = PeerMessage()
    /// Whether it is about an HTTP request; otherwise it is about a connection.
    private(set) var hasHTTP = false
    private(set) var method = ByteSlice.empty
    /// With the query: Envoy's `query` is always empty.
    private(set) var path = ByteSlice.empty
    private(set) var host = ByteSlice.empty
    private(set) var scheme = ByteSlice.empty
    /// Whether the client speaks HTTP/2 or HTTP/3, whose codecs take any method.
    private(set) var isOverHTTP2 = false
    /// Lines of one name are joined with `,`.
    private(set) var headers = TextMap()
    /// Each line as the client sent it.
    private(set) var rawHeaders = TextMap()
    private(set) var contextExtensions = TextMap()
    private(set) var metadata = MetadataMessage()
    private(set) var hasTLSSession = false
    private(set) var sni = ByteSlice.empty

    /// Reads a message in place of the last one.
    mutating func read(_ bytes: Span<UInt8>) throws(WireError) {
        removeAll()
        var reader = WireReader(bytes)
        while let field = try reader.next(in: bytes) {
            if case .bytes(let value) = field.value, field.number == 1 { try mergeAttributes(value, in: bytes) }
        }
    }

    private mutating func removeAll() {
        source.removeAll()
        destination.removeAll()
        hasHTTP = false
        method = .empty
        path = .empty
        host = .empty
        scheme = .empty
        isOverHTTP2 = false
        headers.removeAll()
        rawHeaders.removeAll()
        contextExtensions.removeAll()
        metadata.removeAll()
        hasTLSSession = false
        sni = .empty
    }

    /// Gives the header lines away for a list that is empty. Where both forms are there, those of the one that keeps lines apart.
    mutating func exchangeLines(with other: inout [HeaderField]) {
        if rawHeaders.isEmpty {
            headers.exchangeEntries(with: &other)
        } else {
            rawHeaders.exchangeEntries(with: &other)
        }
    }

    private mutating func mergeAttributes(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) {
        var reader = WireReader(slice)
        while let field = try reader.next(in: bytes) {
            guard case .bytes(let value) = field.value else { continue }
            switch field.number {
            case 1: try source.merge(value, in: bytes)
            case 2: try destination.merge(value, in: bytes)
            case 4: try mergeRequest(value, in: bytes)
            case 10: try contextExtensions.add(value, in: bytes)
            case 11: try metadata.merge(value)
            case 12: try mergeTLSSession(value, in: bytes)
            default: break
            }
        }
    }

    private mutating func mergeRequest(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) {
        var reader = WireReader(slice)
        while let field = try reader.next(in: bytes) {
            guard case .bytes(let value) = field.value, field.number == 2 else { continue }
            hasHTTP = true
            try mergeHTTP(value, in: bytes)
        }
    }

    private mutating func mergeHTTP(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) {
        var reader = WireReader(slice)
        while let field = try reader.next(in: bytes) {
            guard case .bytes(let value) = field.value else { continue }
            switch field.number {
            case 2: method = try value.text(in: bytes)
            case 3: try headers.add(value, in: bytes)
            case 4: path = try value.text(in: bytes)
            case 5: host = try value.text(in: bytes)
            case 6: scheme = try value.text(in: bytes)
            case 10:
                let name = try value.text(in: bytes)
                isOverHTTP2 = name.equals("HTTP/2", in: bytes) || name.equals("HTTP/3", in: bytes)
            // id, query, fragment, body
            case 1, 7, 8, 11: _ = try value.text(in: bytes)
            case 13: try mergeRawHeaders(value, in: bytes)
            default: break
            }
        }
    }

    private mutating func mergeRawHeaders(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) {
        var reader = WireReader(slice)
        while let field = try reader.next(in: bytes) {
            if case .bytes(let value) = field.value, field.number == 1 {
                try rawHeaders.addHeaderValue(value, in: bytes)
            }
        }
    }

    private mutating func mergeTLSSession(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) {
        hasTLSSession = true
        var reader = WireReader(slice)
        while let field = try reader.next(in: bytes) {
            if case .bytes(let value) = field.value, field.number == 1 { sni = try value.text(in: bytes) }
        }
    }
}
