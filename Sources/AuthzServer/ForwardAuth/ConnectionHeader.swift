import AuthzCore

/// The names in the `connection` header, which are of headers that speak of one connection only: for whoever reads the request
/// they are not there (RFC 9110 §7.6.1).
struct ConnectionHeader {
    /// Bounds the comparisons, of each of these names with each header. Envoy passes on no request that has more than ten.
    static let maximumNames = 64

    private var names = InlineArray<64, ByteSlice>(repeating: .empty)
    private var count = 0

    /// Collects the names of all lines; `nil` where there are too many.
    init?(of request: borrowing CheckRequest) {
        for field in request.operation.headers where request.slice(field.name, equals: "connection") {
            var start = field.value.range.lowerBound
            while start < field.value.range.upperBound {
                var end = start
                while end < field.value.range.upperBound, request.storage[end] != UInt8(ascii: ",") { end += 1 }
                let name = Self.trimmed(start..<end, in: request)
                if !name.isEmpty {
                    guard count < Self.maximumNames else { return nil }
                    names[count] = name
                    count += 1
                }
                start = end + 1
            }
        }
    }

    /// Whether this header is one of them.
    ///
    /// - Parameter name: In lower case.
    func names(_ name: ByteSlice, in request: borrowing CheckRequest) -> Bool {
        request.storage.withUnsafeBufferPointer { bytes in
            holds(UnsafeBufferPointer(rebasing: bytes[name.range]), in: request)
        }
    }

    /// Whether this header is one of them.
    ///
    /// - Parameter name: In lower case.
    func names(_ name: StaticString, in request: borrowing CheckRequest) -> Bool {
        name.withUTF8Buffer { holds($0, in: request) }
    }

    private func holds(_ name: UnsafeBufferPointer<UInt8>, in request: borrowing CheckRequest) -> Bool {
        for index in 0..<count where Self.isEqual(names[index], name, in: request) { return true }
        return false
    }

    private static func isEqual(
        _ slice: ByteSlice, _ name: UnsafeBufferPointer<UInt8>, in request: borrowing CheckRequest
    ) -> Bool {
        guard Int(slice.count) == name.count else { return false }
        for (index, expected) in zip(slice.range, name) where lowercased(request.storage[index]) != expected {
            return false
        }
        return true
    }

    private static func trimmed(_ part: Range<Int>, in request: borrowing CheckRequest) -> ByteSlice {
        var start = part.lowerBound
        var end = part.upperBound
        while start < end, isBlank(request.storage[start]) { start += 1 }
        while end > start, isBlank(request.storage[end - 1]) { end -= 1 }
        return ByteSlice(offset: start, count: end - start)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
