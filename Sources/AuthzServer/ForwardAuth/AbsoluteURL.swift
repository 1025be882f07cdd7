import AuthzCore

/// The URL of a request as a proxy puts it together of scheme, host and target, taken apart again.
///
/// The host in it is the client's, so nothing but a host is taken for one: a `?`, `#`, `@` or `\` before the first `/` of the
/// target would move what one reader takes for the host into what another takes for the path.
struct AbsoluteURL {
    /// `http` or `https`.
    let scheme: ByteSlice
    /// A name or address, and a port where one is written.
    let host: ByteSlice
    /// From the first `/` behind the host on.
    let target: ByteSlice

    init?(_ value: ByteSlice, in request: borrowing CheckRequest) {
        let bytes = request.storage.span
        var schemeLength: Int?
        for prefix in ["http://", "https://"] as [StaticString] {
            let length = prefix.utf8CodeUnitCount
            if Int(value.count) > length, request.slice(value.prefix(length), equals: prefix) {
                schemeLength = length - 3
            }
        }
        guard let schemeLength else { return nil }
        scheme = value.prefix(schemeLength)
        let rest = value.dropping(first: schemeLength + 3)
        var end = rest.range.lowerBound
        while end < rest.range.upperBound, bytes[end] != UInt8(ascii: "/") { end += 1 }
        guard end < rest.range.upperBound, Self.isHost(rest.range.lowerBound..<end, in: request) else { return nil }
        host = rest.prefix(end - rest.range.lowerBound)
        target = rest.dropping(first: end - rest.range.lowerBound)
    }

    private static func isHost(_ range: Range<Int>, in request: borrowing CheckRequest) -> Bool {
        let bytes = request.storage.span
        guard !range.isEmpty else { return false }
        var end = range.lowerBound
        if bytes[end] == UInt8(ascii: "[") {
            while end < range.upperBound, bytes[end] != UInt8(ascii: "]") { end += 1 }
            guard end < range.upperBound,
                IPAddress(parsing: bytes.extracting(range.lowerBound + 1..<end))?.family == .v6
            else { return false }
            end += 1
        } else {
            while end < range.upperBound, isNameByte(bytes[end]) { end += 1 }
            guard end > range.lowerBound else { return false }
        }
        guard end < range.upperBound else { return true }
        return bytes[end] == UInt8(ascii: ":")
            && SocketAddressText.port(end + 1..<range.upperBound, in: request) != nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
