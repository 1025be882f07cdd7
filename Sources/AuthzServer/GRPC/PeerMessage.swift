import AuthzCore

/// `AttributeContext.Peer` of a check request: who is at one end of the connection. Slices of the message.
struct PeerMessage {
    private(set) var address = AddressMessage()
    private(set) var service = ByteSlice.empty
    private(set) var labels = TextMap()
    private(set) var principal = ByteSlice.empty

    private enum Number {
        static let address: UInt32 = 1
        static let service: UInt32 = 2
        static let labels: UInt32 = 3
        static let principal: UInt32 = 4
        static let certificate: UInt32 = 5
    }

    mutating func removeAll() {
        address = AddressMessage()
        service = .empty
        labels.removeAll()
        principal = .empty
    }

    /// Merges a message into what is there: a message that comes twice is one.
    mutating func merge(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) {
        var reader = WireReader(slice)
        while let field = try reader.next(in: bytes) {
            guard case .bytes(let value) = field.value else { continue }
            switch field.number {
            case Number.address: try address.merge(value, in: bytes)
            case Number.service: service = try value.text(in: bytes)
            case Number.labels: try labels.add(value, in: bytes)
            case Number.principal: principal = try value.text(in: bytes)
            case Number.certificate: _ = try value.text(in: bytes)
            default: break
            }
        }
    }
}

/// `envoy.config.core.v3.Address`: a socket's, or something without an IP address.
struct AddressMessage {
    enum Form { case none, socket, other }

    private(set) var form: Form
    /// Of a socket.
    private(set) var host = ByteSlice.empty
    /// Of a socket; `nil` where it has a name instead, or none.
    private(set) var port: UInt32?

    init(form: Form = .none) {
        self.form = form
    }

    mutating func merge(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) {
        var reader = WireReader(slice)
        while let field = try reader.next(in: bytes) {
            guard case .bytes(let value) = field.value else { continue }
            switch field.number {
            case 1:
                // Of the alternatives the last one counts; the same one again is merged.
                if form != .socket { self = AddressMessage(form: .socket) }
                try mergeSocket(value, in: bytes)
            case 2, 3: self = AddressMessage(form: .other)
            default: break
            }
        }
    }

    private mutating func mergeSocket(_ slice: ByteSlice, in bytes: Span<UInt8>) throws(WireError) {
        var reader = WireReader(slice)
        while let field = try reader.next(in: bytes) {
            switch (field.number, field.value) {
            case (2, .bytes(let value)): host = try value.text(in: bytes)
            case (3, .varint(let value)): port = UInt32(truncatingIfNeeded: value)
            case (4, .bytes(let value)):
                _ = try value.text(in: bytes)
                port = nil
            default: break
            }
        }
    }
}

extension ByteSlice {
    /// The slice itself, once it is known to be UTF-8.
    func text(in bytes: Span<UInt8>) throws(WireError) -> ByteSlice {
        try WireReader.checkText(self, in: bytes)
        return self
    }
}
