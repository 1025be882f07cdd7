import AuthzCore
import AuthzEngine

/// From the message to the attributes that policies read.
extension CheckMessage {
    /// Fills the request with what the message says; its storage becomes a copy of the message, so that slices of one are
    /// slices of the other.
    ///
    /// The principal is left to ``applyPrincipal(to:for:)``: what an empty one means depends on the workload. The lists of headers are
    /// given to the request, which saves writing them anew.
    mutating func fill(
        _ request: inout CheckRequest, from bytes: Span<UInt8>, normalizesPath: Bool
    ) throws(WireError) {
        request.removeAll()
        _ = request.append(bytes)
        request.source.ip = source.address.ip(in: bytes)
        request.destination.ip = destination.address.ip(in: bytes)
        request.destination.port = destination.address.knownPort
        request.needsNormalization = normalizesPath
        request.proxyHasAppendedPeer = true
        request.carriesAllHeaders = true
        request.dynamicMetadataIsKnown = false
        if !metadata.isEmpty { try metadata.fill(&request.dynamicMetadata, from: bytes) }
        request.destination.sni = serverName(in: &request)
        if hasHTTP { fillOperation(of: &request, from: bytes) } else { request.transport = .tcp }
    }

    /// Inlined, since a call copies the message.
    ///
    /// Without mutual TLS there is no principal; Envoy sends none at a waypoint either, where it is unknown.
    @inline(__always)
    func applyPrincipal(to request: inout CheckRequest, for workload: Workload?) {
        if !source.principal.isEmpty {
            request.source.principal = .known(source.principal)
        } else {
            request.source.principal = workload?.role == .waypoint ? .unknown : .absent
        }
    }

    /// Envoy stores the name of the client hello in lower case. A check of a connection carries it as the service.
    private func serverName(in request: inout CheckRequest) -> Attribute<ByteSlice> {
        guard hasTLSSession || !hasHTTP else { return .unknown }
        let name = hasTLSSession ? sni : destination.service
        guard !name.isEmpty else { return .absent }
        let start = request.storage.count
        for index in name.range { request.append(lowercased(request.storage[index])) }
        return .known(request.slice(from: start))
    }

    /// Where both forms of headers are there, the one that keeps lines apart counts.
    private mutating func fillOperation(of request: inout CheckRequest, from bytes: Span<UInt8>) {
        request.operation.method = method
        request.operation.methodIsFree = isOverHTTP2 && HTTPSyntax.isToken(method, in: request)
        request.operation.path = path
        request.operation.host = host
        request.operation.scheme = scheme.isEmpty ? nil : scheme
        request.hasMergedHeaders = rawHeaders.isEmpty
        var lines: [HeaderField] = []
        swap(&lines, &request.operation.headers)
        exchangeLines(with: &lines)
        let kept = lines.withUnsafeMutableBufferPointer { lines in
            var kept = 0
            for index in lines.indices {
                let field = lines[index]
                guard Self.isLine(field, of: &request, bytes) else { continue }
                request.foldName(of: field)
                lines[kept] = field.trimmed(to: Self.trimmed(field.value, in: bytes))
                kept += 1
            }
            return kept
        }
        lines.removeLast(lines.count - kept)
        swap(&lines, &request.operation.headers)
    }

    /// Whether an entry is a header line. Others may be parts of the request line that are not told elsewhere.
    @inline(__always)
    private static func isLine(_ field: HeaderField, of request: inout CheckRequest, _ bytes: Span<UInt8>) -> Bool {
        if !field.name.isEmpty, bytes[field.name.range.lowerBound] == UInt8(ascii: ":") {
            addPseudoHeader(field, to: &request, bytes)
            return false
        }
        if field.name.equals("host", ignoringCaseIn: bytes) {
            if request.operation.host.isEmpty { request.operation.host = field.value }
            return false
        }
        // Envoy's own word about the body that it sends along.
        return !field.name.equals("x-envoy-auth-partial-body", ignoringCaseIn: bytes)
    }

    /// Parts of the request line have fields of their own, which go before.
    private static func addPseudoHeader(_ field: HeaderField, to request: inout CheckRequest, _ bytes: Span<UInt8>) {
        if request.operation.method.isEmpty, field.name.equals(":method", ignoringCaseIn: bytes) {
            request.operation.method = field.value
        } else if request.operation.path.isEmpty, field.name.equals(":path", ignoringCaseIn: bytes) {
            request.operation.path = field.value
        } else if request.operation.host.isEmpty, field.name.equals(":authority", ignoringCaseIn: bytes) {
            request.operation.host = field.value
        } else if request.operation.scheme == nil, !field.value.isEmpty,
            field.name.equals(":scheme", ignoringCaseIn: bytes)
        {
            request.operation.scheme = field.value
        }
    }

    private static func trimmed(_ value: ByteSlice, in bytes: Span<UInt8>) -> ByteSlice {
        var start = value.range.lowerBound
        var end = value.range.upperBound
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return ByteSlice(offset: start, count: end - start)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}

extension ByteSlice {
    /// The same for a text in lower case, whatever the case of the slice.
    fileprivate func equals(_ text: StaticString, ignoringCaseIn bytes: Span<UInt8>) -> Bool {
        guard Int(count) == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for index in text.indices where lowercased(bytes[range.lowerBound + index]) != text[index] { return false }
            return true
        }
    }
}

extension AddressMessage {
    /// Absent where it is no socket's; unknown where nothing is said, or what is said is no IP address.
    fileprivate func ip(in bytes: Span<UInt8>) -> Attribute<IPAddress> {
        switch form {
        case .none: .unknown
        case .other: .absent
        case .socket:
            IPAddress(parsing: bytes.extracting(host.range), allowsZone: true).map { .known($0) } ?? .unknown
        }
    }

    fileprivate var knownPort: Attribute<UInt16> {
        if form == .other { return .absent }
        guard form == .socket, let port, port > 0, let known = UInt16(exactly: port) else { return .unknown }
        return .known(known)
    }
}
