import AuthzCore

/// Finds the tokens of a rule in a request (request authentication dossier 3.1, 3.2).
enum TokenExtraction {
    /// Puts every token at the rule's locations into the workspace, in the order of extraction: headers by name and prefix,
    /// lines in their order, then parameters, then cookies. Linear in the request for each location.
    static func extract(_ rule: borrowing TokenRule, from request: inout CheckRequest, into workspace: inout Workspace)
    {
        workspace.candidates.removeAll(keepingCapacity: true)
        for (index, location) in rule.headers.enumerated() {
            let bytes = request.storage.span
            if let value = PseudoHeader(location.name)?.value(in: request.operation),
                let token = token(in: value, behind: location.prefix, bytes)
            {
                workspace.candidates.append(TokenCandidate(token: token, place: .header(index)))
            }
            for field in request.operation.headers where isHeader(field, named: location.name, in: bytes) {
                guard let token = token(in: field.value, behind: location.prefix, bytes) else { continue }
                workspace.candidates.append(TokenCandidate(token: token, place: .header(index)))
            }
        }
        if !rule.params.isEmpty, readQuery(of: &request, into: &workspace.parameters) {
            let bytes = request.storage.span
            for (index, name) in rule.params.enumerated() {
                guard let first = workspace.parameters.first(where: { equals($0.name, name, in: bytes) }) else {
                    continue
                }
                workspace.candidates.append(TokenCandidate(token: first.value, place: .param(index)))
            }
        }
        for name in rule.cookies {
            let token = cookie(name, in: request)
            if let token { workspace.candidates.append(TokenCandidate(token: token, place: .cookie)) }
            // A proxy that joins lines with `,` may have joined those of cookies; no cookie has a comma of its own (RFC 6265 §4.1.1).
            // What either reading finds has to verify.
            guard request.hasMergedHeaders, let other = cookie(name, in: request, mayBeSeveralLines: true),
                other.offset != token?.offset || other.count != token?.count
            else { continue }
            workspace.candidates.append(TokenCandidate(token: other, place: .cookie))
        }
    }

    static func isHeader(_ field: HeaderField, named name: [UInt8], in bytes: Span<UInt8>) -> Bool {
        equals(field.name, name, in: bytes)
    }

    static func equals(_ slice: ByteSlice, _ text: [UInt8], in bytes: Span<UInt8>) -> Bool {
        Int(slice.count) == text.count && Bytes.equal(bytes, at: Int(slice.offset), text.span, at: 0, count: text.count)
    }

    // MARK: Headers

    /// The token of a header value: all of it without a prefix; else what stands behind the first place of the prefix, from the
    /// first character that a token may have; the whole value where there is none.
    private static func token(in value: ByteSlice, behind prefix: [UInt8], _ bytes: Span<UInt8>) -> ByteSlice? {
        if prefix.isEmpty { return value }
        let text = bytes.extracting(value.range)
        guard let found = Bytes.firstIndex(of: prefix.span, in: text, from: 0) else { return nil }
        var start = found + prefix.count
        while start < text.count {
            if isTokenByte(text[start]) { return value.dropping(first: start) }
            start += 1
        }
        return value
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    // MARK: Query

    /// Decodes the parameters of the query. False where there is none.
    static func readQuery(of request: inout CheckRequest, into parameters: inout [QueryParameter]) -> Bool {
        parameters.removeAll(keepingCapacity: true)
        let path = request.operation.path
        guard let mark = path.range.first(where: { request.storage[$0] == UInt8(ascii: "?") }) else { return false }
        var start = mark + 1
        let end = path.range.upperBound
        while start < end {
            var stop = start
            var equals: Int?
            while stop < end, request.storage[stop] != UInt8(ascii: "&") {
                if equals == nil, request.storage[stop] == UInt8(ascii: "=") { equals = stop }
                stop += 1
            }
            let name = decoded(start..<(equals ?? stop), in: &request)
            let value = equals.map { decoded($0 + 1..<stop, in: &request) } ?? .empty
            parameters.append(QueryParameter(name: name, value: value, position: parameters.count))
            start = stop + 1
        }
        return true
    }

    /// Percent-decodes a part of the path; `+` stays. Text without an escape is not copied.
    private static func decoded(_ range: Range<Int>, in request: inout CheckRequest) -> ByteSlice {
        guard range.contains(where: { request.storage[$0] == UInt8(ascii: "%") }) else {
            return ByteSlice(offset: range.lowerBound, count: range.count)
        }
        let offset = request.storage.count
        var index = range.lowerBound
        while index < range.upperBound {
            if request.storage[index] == UInt8(ascii: "%"), index + 2 < range.upperBound,
                let high = hexadecimalValue(request.storage[index + 1]),
                let low = hexadecimalValue(request.storage[index + 2])
            {
                request.append(high << 4 | low)
                index += 3
            } else {
                request.append(request.storage[index])
                index += 1
            }
        }
        return request.slice(from: offset)
    }

    // MARK: Cookies

    /// The first cookie of this name; one pair of quotes around the value is dropped.
    ///
    /// - Parameter mayBeSeveralLines: Whether a comma divides cookies, too.
    private static func cookie(
        _ name: [UInt8], in request: borrowing CheckRequest, mayBeSeveralLines: Bool = false
    ) -> ByteSlice? {
        let comma = mayBeSeveralLines ? UInt8(ascii: ",") : UInt8(ascii: ";")
        let bytes = request.storage.span
        for field in request.operation.headers where request.slice(field.name, equals: "cookie") {
            var start = field.value.range.lowerBound
            let end = field.value.range.upperBound
            while start < end {
                var stop = start
                var equals: Int?
                while stop < end, bytes[stop] != UInt8(ascii: ";"), bytes[stop] != comma {
                    if equals == nil, bytes[stop] == UInt8(ascii: "=") { equals = stop }
                    stop += 1
                }
                if let equals {
                    while start < equals, bytes[start] == UInt8(ascii: " ") { start += 1 }
                    if Self.equals(ByteSlice(offset: start, count: equals - start), name, in: bytes) {
                        return unquoted(equals + 1..<stop, in: bytes)
                    }
                }
                start = stop + 1
            }
        }
        return nil
    }

    private static func unquoted(_ range: Range<Int>, in bytes: Span<UInt8>) -> ByteSlice {
        let quote = UInt8(ascii: "\"")
        let isQuoted = range.count >= 2 && bytes[range.lowerBound] == quote && bytes[range.upperBound - 1] == quote
        return isQuoted
            ? ByteSlice(offset: range.lowerBound + 1, count: range.count - 2)
            : ByteSlice(offset: range.lowerBound, count: range.count)
    }
}
