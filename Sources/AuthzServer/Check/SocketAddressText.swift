import AuthzCore

/// An address as Envoy writes it: bare, or with a port, and then IPv6 in brackets.
struct SocketAddressText {
    /// `nil` where the text is none.
    let address: IPAddress?
    /// `nil` where none is written.
    let port: UInt16?

    init(_ value: ByteSlice, in request: borrowing CheckRequest) {
        let bytes = request.storage.span
        if let bare = IPAddress(parsing: bytes.extracting(value.range), allowsZone: true) {
            address = bare
            port = nil
            return
        }
        var colon = value.range.upperBound
        var end = value.range.upperBound
        while colon > value.range.lowerBound, bytes[colon - 1] != UInt8(ascii: ":"),
            bytes[colon - 1] != UInt8(ascii: "]")
        {
            colon -= 1
        }
        var start = value.range.lowerBound
        let hasPort = colon > start && bytes[colon - 1] == UInt8(ascii: ":")
        if hasPort { end = colon - 1 }
        let isBracketed = start < end && bytes[start] == UInt8(ascii: "[") && bytes[end - 1] == UInt8(ascii: "]")
        if isBracketed {
            start += 1
            end -= 1
        }
        let parsed = start < end ? IPAddress(parsing: bytes.extracting(start..<end), allowsZone: true) : nil
        address = isBracketed == (parsed?.family == .v6) ? parsed : nil
        port = hasPort && address != nil ? Self.port(colon..<value.range.upperBound, in: request) : nil
    }

    /// A decimal number from 1 to 65535, without leading zeros.
    static func port(_ range: Range<Int>, in request: borrowing CheckRequest) -> UInt16? {
        guard !range.isEmpty, range.count <= 5, request.storage[range.lowerBound] != UInt8(ascii: "0") else {
            return nil
        }
        var value: UInt32 = 0
        for index in range {
            let byte = request.storage[index]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + UInt32(byte - UInt8(ascii: "0"))
        }
        return UInt16(exactly: value)
    }
}
