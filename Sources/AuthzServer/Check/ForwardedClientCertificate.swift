import AuthzCore

/// Reads Envoy's `x-forwarded-client-cert`: elements divided by `,`, each of `Key=Value` pairs divided by `;`, values in quotes
/// where they hold one of these bytes. Each proxy appends an element for the certificate that it was shown.
enum ForwardedClientCertificate {
    /// The identity in the last element: its `URI`, else its first `DNS`, else its `Subject`.
    ///
    /// - Returns: `nil` for an element without one, or with several of `URI`, and for text that is not of this form.
    static func identity(in value: ByteSlice, of request: borrowing CheckRequest) -> ByteSlice? {
        var found: (uri: ByteSlice?, dns: ByteSlice?, subject: ByteSlice?) = (nil, nil, nil)
        var uriCount = 0
        var index = value.range.lowerBound
        let end = value.range.upperBound
        while index < end {
            guard let pair = pair(from: index, to: end, of: request) else { return nil }
            if !pair.value.isEmpty {
                if isKey(pair.key, "uri", request) {
                    found.uri = pair.value
                    uriCount += 1
                }
                if isKey(pair.key, "dns", request) { found.dns = found.dns ?? pair.value }
                if isKey(pair.key, "subject", request) { found.subject = found.subject ?? pair.value }
            }
            index = pair.end
            guard index < end else { break }
            if request.storage[index] == UInt8(ascii: ",") {
                found = (nil, nil, nil)
                uriCount = 0
            }
            index += 1
            guard index < end else { return nil }
        }
        return uriCount > 1 ? nil : found.uri ?? found.dns ?? found.subject
    }

    /// One pair, and where its divider stands. A quoted value with an escape in it is refused: nothing that names an identity
    /// here has one.
    private static func pair(
        from start: Int, to end: Int, of request: borrowing CheckRequest
    ) -> (key: ByteSlice, value: ByteSlice, end: Int)? {
        var equals = start
        while equals < end, request.storage[equals] != UInt8(ascii: "=") {
            guard !isDivider(request.storage[equals]) else { return nil }
            equals += 1
        }
        guard equals < end, equals > start else { return nil }
        let key = ByteSlice(offset: start, count: equals - start)
        var index = equals + 1
        if index < end, request.storage[index] == UInt8(ascii: "\"") {
            let first = index + 1
            index = first
            while index < end, request.storage[index] != UInt8(ascii: "\"") {
                guard request.storage[index] != UInt8(ascii: "\\") else { return nil }
                index += 1
            }
            guard index < end, index + 1 == end || isDivider(request.storage[index + 1]) else { return nil }
            return (key, ByteSlice(offset: first, count: index - first), index + 1)
        }
        let first = index
        while index < end, !isDivider(request.storage[index]) { index += 1 }
        return (key, ByteSlice(offset: first, count: index - first), index)
    }

    private static func isDivider(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") }

    /// Keys are compared without case, as Envoy does; blanks before one are left out.
    private static func isKey(_ key: ByteSlice, _ name: StaticString, _ request: borrowing CheckRequest) -> Bool {
        var start = key.range.lowerBound
        while start < key.range.upperBound, request.storage[start] == UInt8(ascii: " ") { start += 1 }
        guard key.range.upperBound - start == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { bytes in
            for offset in bytes.indices where lowercased(request.storage[start + offset]) != bytes[offset] {
                return false
            }
            return true
        }
    }
}
