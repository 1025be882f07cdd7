package import AuthzCore

/// What the proxy's HTTP/1.1 codec takes for a request.
package enum HTTPSyntax {
    /// The methods by their length; the common ones first.
    private static let methodsByLength: [[StaticString]] = [
        [], [], [],
        ["GET", "PUT", "ACL"],
        ["POST", "HEAD", "BIND", "COPY", "LINK", "LOCK", "MOVE"],
        ["PATCH", "TRACE", "MERGE", "MKCOL", "PURGE", "QUERY"],
        ["DELETE", "NOTIFY", "REBIND", "REPORT", "SEARCH", "SOURCE", "UNBIND", "UNLINK", "UNLOCK"],
        ["OPTIONS", "CONNECT", "MSEARCH"],
        ["CHECKOUT", "PROPFIND"],
        ["PROPPATCH", "SUBSCRIBE"],
        ["MKACTIVITY", "MKCALENDAR"],
        ["UNSUBSCRIBE"],
    ]

    /// All methods that the codec knows.
    static var methods: [String] { methodsByLength.flatMap { $0.map(\.description) } }

    /// The most bytes of request line and headers that Envoy reads, line ends included.
    static let maximumHeadBytes = 60 * 1024
    /// How many headers it reads, `host` among them; those of one slot count once.
    static let maximumHeaders = 100

    /// The length of request line and headers with one blank behind each colon.
    static func headBytes(of request: borrowing CheckRequest) -> Int {
        let operation = request.operation
        var count = "  HTTP/1.1\r\nHost: \r\n\r\n".utf8.count
        count += Int(operation.method.count) + Int(operation.path.count) + Int(operation.host.count)
        for field in operation.headers { count += Int(field.name.count) + Int(field.value.count) + 4 }
        return count
    }

    /// Whether the codec knows the method; the comparison is case-sensitive.
    package static func isMethod(_ method: ByteSlice, in request: borrowing CheckRequest) -> Bool {
        guard Int(method.count) < methodsByLength.count else { return false }
        for known in methodsByLength[Int(method.count)] where request.slice(method, equals: known) { return true }
        return false
    }

    /// Whether a method is a `token` (RFC 9110 §9.1), which the codec of HTTP/2 asks of it and no more.
    package static func isToken(_ method: ByteSlice, in request: borrowing CheckRequest) -> Bool {
        !method.isEmpty && request.storage[method.range].allSatisfy(HeaderName.isTokenByte)
    }

    /// Whether host and header lines hold no control character; a tab is one only in names.
    static func hasReadableFields(_ request: borrowing CheckRequest) -> Bool {
        let bytes = request.storage.span
        guard isText(request.operation.host, in: bytes) else { return false }
        for field in request.operation.headers where !field.isPlain {
            guard field.name.count > 0, isName(field.name, in: bytes), isText(field.value, in: bytes) else {
                return false
            }
        }
        return true
    }

    @inline(__always)
    private static func isName(_ name: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        if ByteClass.isLowercaseName(bytes, name) { return true }
        for index in name.range where !HeaderName.isTokenByte(bytes[index]) { return false }
        return true
    }

    /// Whether there is no control character but tabs.
    @inline(__always)
    static func isText(_ slice: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        ByteClass.isPrintableASCII(bytes, slice) || isUnusualText(slice, in: bytes)
    }

    private static func isUnusualText(_ slice: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        for index in slice.range where isControl(bytes[index]) && bytes[index] != UInt8(ascii: "\t") { return false }
        return true
    }

    /// Whether a `host` header is an authority (RFC 3986 §3.2); an empty one is.
    static func isAuthority(_ host: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        for index in host.range where !isAuthorityByte(bytes[index]) { return false }
        return true
    }

    private static func isAuthorityByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "%"),
            UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"),
            UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"),
            UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7f }
}
