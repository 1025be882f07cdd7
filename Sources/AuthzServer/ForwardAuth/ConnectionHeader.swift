import AuthzCore

/// The `connection` header, which names headers that speak of one connection only: for whoever reads the request they are not
/// there (RFC 9110 §7.6.1).
enum ConnectionHeader {
    /// Whether a line of it names this header.
    ///
    /// - Parameter name: In lower case.
    static func names(_ name: ByteSlice, in request: borrowing CheckRequest) -> Bool {
        for field in request.operation.headers where request.slice(field.name, equals: "connection") {
            if holds(name, field.value, in: request) { return true }
        }
        return false
    }

    private static func holds(_ name: ByteSlice, _ list: ByteSlice, in request: borrowing CheckRequest) -> Bool {
        var start = list.range.lowerBound
        while start < list.range.upperBound {
            var end = start
            while end < list.range.upperBound, request.storage[end] != UInt8(ascii: ",") { end += 1 }
            if isName(name, start..<end, in: request) { return true }
            start = end + 1
        }
        return false
    }

    private static func isName(_ name: ByteSlice, _ part: Range<Int>, in request: borrowing CheckRequest) -> Bool {
        var start = part.lowerBound
        var end = part.upperBound
        while start < end, isBlank(request.storage[start]) { start += 1 }
        while end > start, isBlank(request.storage[end - 1]) { end -= 1 }
        guard end - start == Int(name.count) else { return false }
        for (index, expected) in zip(start..<end, name.range)
        where lowercased(request.storage[index]) != request.storage[expected] {
            return false
        }
        return true
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
