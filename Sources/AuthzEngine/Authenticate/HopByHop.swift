import AuthzCore

/// The headers that speak of one connection only, as the proxy's codec reads and takes them away.
enum HopByHop {
    /// From this many names on, a `connection` header is refused.
    private static let maximumNames = 10

    /// Why the codec refuses a request.
    enum Refusal: Sendable {
        case badRequest, notImplemented
    }

    /// Checks how the length of the body is told (RFC 9112 §6).
    static func framingRefusal(of request: borrowing CheckRequest) -> Refusal? {
        let length = request.firstHeader("content-length")?.value
        if let length, !isLength(length, in: request.storage.span) { return .badRequest }
        let encoding = request.firstHeader("transfer-encoding")?.value
        if request.isMethod("CONNECT") {
            // There is no body.
            if encoding != nil { return .notImplemented }
            let isEmpty = length.map { $0.range.allSatisfy { request.storage[$0] == UInt8(ascii: "0") } } ?? true
            return isEmpty ? nil : .badRequest
        }
        guard let encoding else { return nil }
        if length != nil { return .badRequest }
        return request.slice(encoding, equalsIgnoringCase: "chunked") ? nil : .notImplemented
    }

    private static func isLength(_ value: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        guard value.count > 0, value.count < 20 else { return false }
        for index in value.range where bytes[index] < UInt8(ascii: "0") || bytes[index] > UInt8(ascii: "9") {
            return false
        }
        return true
    }

    /// Whether the request asks for another protocol. An upgrade to HTTP/2 is taken back, not honored.
    static func isUpgrade(_ request: inout CheckRequest) -> Bool {
        guard let upgrade = request.firstHeader("upgrade")?.value,
            let connection = request.firstHeader("connection")?.value,
            hasToken("upgrade", in: connection, of: request, ignoringCase: true)
        else { return false }
        guard request.slice(upgrade, equalsIgnoringCase: "h2c") else { return true }
        request.removeHeaders { request, field in request.slice(field.name, equals: "http2-settings") }
        return false
    }

    /// Takes away the headers that `connection` names.
    ///
    /// - Returns: Whether it may name them: too many, pseudo headers and some of `x-forwarded-…` it may not.
    static func removeNamed(from request: inout CheckRequest) -> Bool {
        guard let connection = request.firstHeader("connection")?.value else { return true }
        var count = 0
        var start = connection.range.lowerBound
        while start < connection.range.upperBound {
            var end = start
            while end < connection.range.upperBound, request.storage[end] != UInt8(ascii: ",") { end += 1 }
            if end > start {
                count += 1
                guard count < maximumNames, removeNamed(trimmed(start..<end, in: request), from: &request) else {
                    return false
                }
            }
            start = end + 1
        }
        return true
    }

    private static func removeNamed(_ name: ByteSlice, from request: inout CheckRequest) -> Bool {
        let name = request.appendFolded(name)
        if request.slice(name, equals: "close") || request.slice(name, equals: "keep-alive")
            || request.slice(name, equals: "upgrade") || request.slice(name, equals: "http2-settings")
            || request.slice(name, equals: "connection")
        {
            return true
        }
        if name.count > 0, request.storage[Int(name.offset)] == UInt8(ascii: ":") { return false }
        if request.slice(name, equals: "x-forwarded-for") || request.slice(name, equals: "x-forwarded-host")
            || request.slice(name, equals: "x-forwarded-proto")
        {
            return false
        }
        if request.slice(name, equals: "te") {
            keepTrailers(of: &request, ignoringCase: true)
        } else if request.slice(name, equals: "host") {
            request.operation.hasHost = false
        } else {
            request.removeHeaders { request, field in
                let bytes = request.storage.span
                return field.name.count == name.count
                    && Bytes.equal(
                        bytes, at: Int(field.name.offset), bytes, at: Int(name.offset), count: Int(name.count))
            }
        }
        return true
    }

    /// Of `te` only `trailers` is passed on.
    static func keepTrailers(of request: inout CheckRequest, ignoringCase: Bool) {
        guard let index = request.headerIndex("te") else { return }
        let value = request.operation.headers[index].value
        if hasToken("trailers", in: value, of: request, ignoringCase: ignoringCase) {
            request.operation.headers[index].value = request.append(literal: "trailers")
        } else {
            request.operation.headers.remove(at: index)
        }
    }

    // MARK: Tokens

    /// Whether one of the parts between commas is this text, in lower case.
    private static func hasToken(
        _ text: StaticString, in value: ByteSlice, of request: borrowing CheckRequest, ignoringCase: Bool
    ) -> Bool {
        var start = value.range.lowerBound
        while start < value.range.upperBound {
            var end = start
            while end < value.range.upperBound, request.storage[end] != UInt8(ascii: ",") { end += 1 }
            let token = trimmed(start..<end, in: request)
            if ignoringCase ? request.slice(token, equalsIgnoringCase: text) : request.slice(token, equals: text) {
                return true
            }
            start = end + 1
        }
        return false
    }

    private static func trimmed(_ range: Range<Int>, in request: borrowing CheckRequest) -> ByteSlice {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, isBlank(request.storage[start]) { start += 1 }
        while end > start, isBlank(request.storage[end - 1]) { end -= 1 }
        return ByteSlice(offset: start, count: end - start)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}

extension CheckRequest {
    /// Removes the header lines that a test names. It is asked once about each, in their order.
    @inline(__always)
    mutating func removeHeaders(where isRemoved: (borrowing CheckRequest, HeaderField) -> Bool) {
        let count = operation.headers.count
        var index = 0
        while index < count, !isRemoved(self, operation.headers[index]) { index += 1 }
        // Nearly always all are kept, and nothing is written.
        guard index < count else { return }
        var kept = index
        index += 1
        while index < count {
            let field = operation.headers[index]
            if !isRemoved(self, field) {
                operation.headers[kept] = field
                kept += 1
            }
            index += 1
        }
        operation.headers.removeLast(count - kept)
    }

    /// Whether the bytes of the slice are these, whatever their ASCII case.
    ///
    /// - Parameter other: In lower case.
    func slice(_ slice: ByteSlice, equalsIgnoringCase other: StaticString) -> Bool {
        guard Int(slice.count) == other.utf8CodeUnitCount else { return false }
        return other.withUTF8Buffer { other in
            for (index, byte) in zip(slice.range, other) where lowercased(storage[index]) != byte { return false }
            return true
        }
    }

    /// A copy of a slice in ASCII lower case.
    mutating func appendFolded(_ slice: ByteSlice) -> ByteSlice {
        let start = storage.count
        for index in slice.range { append(lowercased(storage[index])) }
        return self.slice(from: start)
    }
}
