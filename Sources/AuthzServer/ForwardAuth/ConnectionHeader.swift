import AuthzCore

/// The `connection` header, which names headers that speak of one connection only: for whoever reads the request they are not
/// there (RFC 9110 §7.6.1).
enum ConnectionHeader {
    /// Whether a line of it names this header.
    ///
    /// - Parameter name: In lower case.
    static func names(_ name: ByteSlice, in request: borrowing CheckRequest) -> Bool {
        request.storage.withUnsafeBufferPointer { bytes in
            holds(UnsafeBufferPointer(rebasing: bytes[name.range]), in: request)
        }
    }

    /// Whether a line of it names this header.
    ///
    /// - Parameter name: In lower case.
    static func names(_ name: StaticString, in request: borrowing CheckRequest) -> Bool {
        name.withUTF8Buffer { holds($0, in: request) }
    }

    private static func holds(_ name: UnsafeBufferPointer<UInt8>, in request: borrowing CheckRequest) -> Bool {
        for field in request.operation.headers where request.slice(field.name, equals: "connection") {
            var start = field.value.range.lowerBound
            while start < field.value.range.upperBound {
                var end = start
                while end < field.value.range.upperBound, request.storage[end] != UInt8(ascii: ",") { end += 1 }
                if isName(name, start..<end, in: request) { return true }
                start = end + 1
            }
        }
        return false
    }

    private static func isName(
        _ name: UnsafeBufferPointer<UInt8>, _ part: Range<Int>, in request: borrowing CheckRequest
    ) -> Bool {
        var start = part.lowerBound
        var end = part.upperBound
        while start < end, isBlank(request.storage[start]) { start += 1 }
        while end > start, isBlank(request.storage[end - 1]) { end -= 1 }
        guard end - start == name.count else { return false }
        for (index, expected) in zip(start..<end, name) where lowercased(request.storage[index]) != expected {
            return false
        }
        return true
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
