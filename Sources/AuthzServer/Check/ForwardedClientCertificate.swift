import AuthzCore

/// Reads Envoy's `x-forwarded-client-cert`: elements divided by `,`, each of `Key=Value` pairs divided by `;`. Each proxy appends an
/// element for the certificate that it was shown, so the last one is that of the peer which the asking proxy has.
///
/// Envoy quotes the subject and the certificates; in quotes `\"` is a quote, and any other backslash is itself. It does not quote
/// names of URIs and DNS, so whoever has a certificate with a divider in one writes pairs and elements of his own. What Envoy
/// would not write in this place is not read at all; but a `;` in a URI still makes it look like two URIs of one certificate, of
/// which each counts. An authority that signs such a name is none for this header: `x-authz-source-principal` has no dividers.
struct ForwardedClientCertificate {
    /// How many names of one certificate are read.
    static let maximumNames = 16

    /// What an element may say of who has the certificate, in the order in which Envoy tries it.
    private enum Key: Int, CaseIterable { case uri, dns, subject }

    private struct Name {
        var key: Key
        var value: ByteSlice
        var hasEscapes: Bool
    }

    /// Whether the element that is being read is one as Envoy writes it: it begins with `By` or `Hash`, has one `Hash` at most, and
    /// the URIs in front of the DNS names. The only one may also begin otherwise.
    private struct Form {
        var isOnly = true
        var isFirst = true
        var hasHash = false
        var hasDNS = false
        var isEnvoys = true
    }

    private var form = Form()
    /// The names of the element that is being read.
    private var names = InlineArray<16, Name>(repeating: Name(key: .uri, value: .empty, hasEscapes: false))
    private var count = 0

    /// Sets the principals of a request to the names in the last element: each `URI`, each `DNS`, and the `Subject`, all of which
    /// Envoy tries. They stay unknown where there is none, and for text that is not of this form.
    static func setPrincipals(of value: ByteSlice, in request: inout CheckRequest) {
        var certificate = ForwardedClientCertificate()
        guard certificate.read(value, of: request) else { return }
        for key in Key.allCases {
            for index in 0..<certificate.count where certificate.names[index].key == key {
                let name = certificate.names[index]
                let principal = name.hasEscapes ? unescaped(name.value, in: &request) : name.value
                if request.source.principal.value == nil {
                    request.source.principal = .known(principal)
                } else {
                    request.furtherPrincipals.append(principal)
                }
            }
        }
    }

    /// - Returns: Whether all of it can be read, and the last element names somebody, but not too many.
    private mutating func read(_ value: ByteSlice, of request: borrowing CheckRequest) -> Bool {
        var index = value.range.lowerBound
        let end = value.range.upperBound
        var isTooMany = false
        while index < end {
            guard let pair = Self.pair(from: index, to: end, of: request) else { return false }
            note(pair, request)
            if !pair.value.isEmpty, let key = Self.key(pair.key, request) {
                if count == Self.maximumNames {
                    isTooMany = true
                } else {
                    names[count] = Name(key: key, value: pair.value, hasEscapes: pair.hasEscapes)
                    count += 1
                }
            }
            index = pair.end
            guard index < end else { break }
            if request.storage[index] == UInt8(ascii: ",") {
                count = 0
                isTooMany = false
                form = Form(isOnly: false)
            }
            index += 1
            guard index < end else { return false }
        }
        return count > 0 && !isTooMany && form.isEnvoys
    }

    private mutating func note(_ pair: Pair, _ request: borrowing CheckRequest) {
        let isHash = Self.isKey(pair.key, "hash", request)
        if form.isFirst, !form.isOnly, !isHash, !Self.isKey(pair.key, "by", request) { form.isEnvoys = false }
        form.isFirst = false
        if isHash {
            if form.hasHash { form.isEnvoys = false }
            form.hasHash = true
        }
        switch Self.key(pair.key, request) {
        case .uri?: if form.hasDNS { form.isEnvoys = false }
        case .dns?: form.hasDNS = true
        case .subject?, nil: break
        }
    }

    // MARK: Pairs

    private struct Pair {
        var key: ByteSlice
        /// Without its quotes.
        var value: ByteSlice
        var hasEscapes = false
        /// Where its divider stands.
        var end: Int
    }

    private static func pair(from start: Int, to end: Int, of request: borrowing CheckRequest) -> Pair? {
        var equals = start
        while equals < end, request.storage[equals] != UInt8(ascii: "=") {
            guard !isDivider(request.storage[equals]), request.storage[equals] != UInt8(ascii: "\"") else { return nil }
            equals += 1
        }
        guard equals < end, equals > start else { return nil }
        let key = ByteSlice(offset: start, count: equals - start)
        let first = equals + 1
        if first < end, request.storage[first] == UInt8(ascii: "\"") {
            return quoted(key, from: first + 1, to: end, of: request)
        }
        var index = first
        while index < end, !isDivider(request.storage[index]) {
            // Envoy quotes such a value.
            guard request.storage[index] != UInt8(ascii: "\"") else { return nil }
            index += 1
        }
        return Pair(key: key, value: ByteSlice(offset: first, count: index - first), end: index)
    }

    private static func quoted(
        _ key: ByteSlice, from first: Int, to end: Int, of request: borrowing CheckRequest
    ) -> Pair? {
        var index = first
        var hasEscapes = false
        var backslashes = 0
        while index < end {
            let byte = request.storage[index]
            if byte == UInt8(ascii: "\"") {
                if backslashes == 0 { break }
                // The end of a value that ends with a backslash, or an escaped quote behind one?
                guard backslashes == 1 else { return nil }
                hasEscapes = true
            }
            backslashes = byte == UInt8(ascii: "\\") ? backslashes + 1 : 0
            index += 1
        }
        guard index < end, index + 1 == end || isDivider(request.storage[index + 1]) else { return nil }
        return Pair(
            key: key, value: ByteSlice(offset: first, count: index - first), hasEscapes: hasEscapes, end: index + 1)
    }

    /// A copy with a quote for each `\"`.
    private static func unescaped(_ value: ByteSlice, in request: inout CheckRequest) -> ByteSlice {
        let start = request.storage.count
        for index in value.range {
            let isEscape =
                request.storage[index] == UInt8(ascii: "\\") && index + 1 < value.range.upperBound
                && request.storage[index + 1] == UInt8(ascii: "\"")
            if !isEscape { request.append(request.storage[index]) }
        }
        return request.slice(from: start)
    }

    private static func isDivider(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") }

    // MARK: Keys

    private static func key(_ key: ByteSlice, _ request: borrowing CheckRequest) -> Key? {
        if isKey(key, "uri", request) { return .uri }
        if isKey(key, "dns", request) { return .dns }
        return isKey(key, "subject", request) ? .subject : nil
    }

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
