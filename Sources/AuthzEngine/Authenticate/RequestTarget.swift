import AuthzCore

/// The target of a request line, as the proxy's HTTP/1.1 codec takes it.
enum RequestTarget {
    enum Form: Sendable {
        /// A path, or `*` of OPTIONS.
        case origin
        /// A URL, now split into scheme, host and path.
        case absolute
        /// Host and port of CONNECT; there is no path.
        case authority
    }

    /// Splits the target of a request; `nil` where the codec refuses it.
    ///
    /// A URL or an authority names the host, whatever the `host` header says (RFC 9112 §3.2.2). What stands behind a host
    /// without `/` becomes the path as it is, so that a query alone is a path that begins with `?`.
    static func read(_ request: inout CheckRequest) -> Form? {
        let target = request.operation.path
        let isConnect = request.isMethod("CONNECT")
        guard target.count > 0, isPrintable(target, in: request.storage.span) else { return nil }
        let first = request.storage[Int(target.offset)]
        if isConnect {
            guard first != UInt8(ascii: "/"), let host = Host(target.range, in: request.storage.span), host.hasPort,
                !host.hasUserInfo
            else { return nil }
            request.operation.host = host.slice
            request.operation.path = .empty
            return .authority
        }
        if first == UInt8(ascii: "/") { return .origin }
        if first == UInt8(ascii: "*") {
            return request.slice(request.operation.method, equals: "OPTIONS") ? .origin : nil
        }
        return readURL(target, of: &request) ? .absolute : nil
    }

    private static func readURL(_ target: ByteSlice, of request: inout CheckRequest) -> Bool {
        for scheme in ["http://", "https://"] as [StaticString] {
            let length = scheme.utf8CodeUnitCount
            guard Int(target.count) > length, request.slice(target.prefix(length), equalsIgnoringCase: scheme) else {
                continue
            }
            var end = Int(target.offset) + length
            while end < target.range.upperBound, !endsHost(request.storage[end]) { end += 1 }
            guard let host = Host(Int(target.offset) + length..<end, in: request.storage.span) else { return false }
            request.operation.host = host.slice
            request.operation.scheme = request.append(length == 7 ? "http" : "https")
            request.operation.path =
                end == target.range.upperBound
                ? request.append(literal: "/") : ByteSlice(offset: end, count: target.range.upperBound - end)
            return true
        }
        return false
    }

    private static func endsHost(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") }

    private static func isPrintable(_ slice: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        for index in slice.range where bytes[index] <= 0x20 || bytes[index] >= 0x7f { return false }
        return true
    }

    // MARK: Host

    /// The authority of a URL: user information, which is dropped, a name or address, and a port.
    private struct Host {
        /// Name and port.
        var slice: ByteSlice
        var hasPort: Bool
        var hasUserInfo = false

        init?(_ range: Range<Int>, in bytes: Span<UInt8>) {
            var start = range.lowerBound
            for index in range where bytes[index] == UInt8(ascii: "@") {
                guard !hasUserInfo else { return nil }
                hasUserInfo = true
                for index in start..<index where !Self.isUserInfo(bytes[index]) { return nil }
                start = index + 1
            }
            guard start < range.upperBound else { return nil }
            var end = start
            if bytes[start] == UInt8(ascii: "[") {
                while end < range.upperBound, bytes[end] != UInt8(ascii: "]") { end += 1 }
                guard end < range.upperBound, IPAddress(parsing: bytes.extracting(start + 1..<end)) != nil else {
                    return nil
                }
                end += 1
            } else {
                while end < range.upperBound, Self.isName(bytes[end]) { end += 1 }
                guard end > start else { return nil }
            }
            hasPort = end < range.upperBound
            if hasPort {
                guard bytes[end] == UInt8(ascii: ":"), Self.isPort(end + 1..<range.upperBound, in: bytes) else {
                    return nil
                }
            }
            slice = ByteSlice(offset: start, count: range.upperBound - start)
        }

        private static func isPort(_ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
            guard !range.isEmpty else { return false }
            var port = 0
            for index in range {
                guard bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") else { return false }
                port = port * 10 + Int(bytes[index] - UInt8(ascii: "0"))
                guard port <= 0xffff else { return false }
            }
            return true
        }

        private static func isName(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }

        private static func isUserInfo(_ byte: UInt8) -> Bool {
            if isName(byte) { return true }
            return switch byte {
            case UInt8(ascii: "_"), UInt8(ascii: "!"), UInt8(ascii: "~"), UInt8(ascii: "*"), UInt8(ascii: "'"),
                UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "%"), UInt8(ascii: ";"), UInt8(ascii: ":"),
                UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: ","):
                true
            default: false
            }
        }
    }
}
