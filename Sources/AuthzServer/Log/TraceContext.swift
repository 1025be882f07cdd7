import AuthzCore

/// The trace that a request belongs to, by its `traceparent` (W3C Trace Context §3.2).
struct TraceContext {
    /// As it was sent.
    let traceParent: String
    /// 32 lowercase hexadecimal digits.
    let traceID: String

    /// `nil` where there is none, or not exactly one of this form: it goes into the log, so nothing else is taken.
    init?(of request: borrowing CheckRequest) {
        var value: ByteSlice?
        for field in request.operation.headers where request.slice(field.name, equals: "traceparent") {
            guard value == nil else { return nil }
            value = field.value
        }
        guard let value, value.count >= 55 else { return nil }
        let all = request.storage[value.range]
        // Later versions may have more behind these fields (§4.3), this one has not.
        if all.count > 55, all.starts(with: "00".utf8) || all.dropFirst(55).first != UInt8(ascii: "-") { return nil }
        let bytes = Array(all.prefix(55))
        let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [2, 32, 16, 2],
            parts.allSatisfy({ part in part.allSatisfy(Self.isLowercaseHexadecimal) }),
            !parts[0].elementsEqual("ff".utf8), parts[1].contains(where: { $0 != UInt8(ascii: "0") }),
            parts[2].contains(where: { $0 != UInt8(ascii: "0") })
        else { return nil }
        traceParent = String(decoding: bytes, as: UTF8.self)
        traceID = String(decoding: parts[1], as: UTF8.self)
    }

    private static func isLowercaseHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
