import AuthzCore

/// What the proxy's HTTP/1.1 codec takes for a request.
enum HTTPSyntax {
    /// The methods by their length; the common ones first.
    private static let methodsByLength: [[StaticString]] = [
        [], [], [],
        ["GET", "PUT", "ACL"],
        ["POST", "HEAD", "BIND", "COPY", "LINK", "LOCK", "MOVE"],
        ["PATCH", "TRACE", "MERGE", "MKCOL", "PURGE"],
        ["DELETE", "NOTIFY", "REBIND", "REPORT", "SEARCH", "SOURCE", "UNBIND", "UNLINK", "UNLOCK"],
        ["OPTIONS", "CONNECT"],
        ["CHECKOUT", "M-SEARCH", "PROPFIND"],
        ["PROPPATCH", "SUBSCRIBE"],
        ["MKACTIVITY", "MKCALENDAR"],
        ["UNSUBSCRIBE"],
    ]

    /// Whether the codec knows the method; the comparison is case-sensitive.
    static func isMethod(_ method: ByteSlice, in request: borrowing CheckRequest) -> Bool {
        guard Int(method.count) < methodsByLength.count else { return false }
        for known in methodsByLength[Int(method.count)] where request.slice(method, equals: known) { return true }
        return false
    }

    /// Splits an absolute-form target into host and path; a path or `*` stays.
    ///
    /// - Returns: Whether the target has one of these forms and no byte that the codec refuses.
    static func splitTarget(of request: inout CheckRequest) -> Bool {
        let target = request.operation.path
        guard isPrintable(target, in: request.storage.span) else { return false }
        guard target.count > 0 else { return true }
        let first = request.storage[Int(target.offset)]
        if first == UInt8(ascii: "/") || (target.count == 1 && first == UInt8(ascii: "*")) { return true }
        guard let length = schemeLength(target, in: request) else { return false }
        var slash = Int(target.offset) + length
        while slash < target.range.upperBound, request.storage[slash] != UInt8(ascii: "/"),
            request.storage[slash] != UInt8(ascii: "?")
        {
            slash += 1
        }
        request.operation.host = ByteSlice(
            offset: Int(target.offset) + length, count: slash - Int(target.offset) - length)
        let rest = ByteSlice(offset: slash, count: target.range.upperBound - slash)
        if rest.isEmpty {
            request.operation.path = request.append("/")
        } else if request.storage[slash] == UInt8(ascii: "?") {
            let start = request.storage.count
            request.append(UInt8(ascii: "/"))
            for index in rest.range { request.append(request.storage[index]) }
            request.operation.path = request.slice(from: start)
        } else {
            request.operation.path = rest
        }
        return request.operation.host.count > 0
    }

    private static func schemeLength(_ target: ByteSlice, in request: borrowing CheckRequest) -> Int? {
        for scheme in ["http://", "https://"] as [StaticString] {
            let length = scheme.utf8CodeUnitCount
            if Int(target.count) > length, request.slice(target.prefix(length), equals: scheme) { return length }
        }
        return nil
    }

    /// Whether host and header lines hold no control character; a tab is one only in names.
    static func hasReadableFields(_ request: borrowing CheckRequest) -> Bool {
        let bytes = request.storage.span
        for index in request.operation.host.range where isControl(bytes[index]) { return false }
        for field in request.operation.headers {
            guard field.name.count > 0 else { return false }
            for index in field.name.range where !isNameByte(bytes[index]) { return false }
            for index in field.value.range where isControl(bytes[index]) && bytes[index] != UInt8(ascii: "\t") {
                return false
            }
        }
        return true
    }

    private static func isPrintable(_ slice: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        for index in slice.range where bytes[index] <= 0x20 || bytes[index] >= 0x7f { return false }
        return true
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7f }

    /// RFC 9110 §5.6.2 `token`.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"),
            UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
            UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
