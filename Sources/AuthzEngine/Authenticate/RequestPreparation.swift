import AuthzCore
import AuthzPolicy

/// Reads a request as the proxy's connection manager does before the first filter: refuses what it cannot parse, normalizes
/// the path, joins and drops headers, and derives the client's address.
struct RequestPreparation {
    let mesh: MeshSettings
    let role: Workload.Role

    /// Prepares an HTTP request and resolves its facts.
    ///
    /// - Returns: The refusal where the proxy answers by itself.
    func prepare(
        _ request: inout CheckRequest, in workspace: inout Workspace, facts: inout Facts, trace: inout Trace?
    ) -> Decision? {
        let sent = request.operation.path
        let refusal = self.refusal(of: &request, scratch: &workspace.scratch)
        if trace != nil { trace?.recordRequest(request, sent: sent, mode: mesh.pathNormalization, refusal: refusal) }
        if let refusal { return refusal }
        joinHeaders(of: &request, scratch: &workspace.scratch)
        Self.readConnection(of: request, into: &facts)
        let client = ForwardedFor.clientAddress(of: request, mesh: mesh, role: role)
        facts.remoteIP = client.address
        setScheme(of: &request)
        Self.readOperation(of: request, into: &facts)
        if trace != nil {
            trace?.recordRemoteIP(client, hasHeader: request.firstHeader("x-forwarded-for") != nil)
        }
        return nil
    }

    /// The facts of the connection.
    static func readConnection(of request: borrowing CheckRequest, into facts: inout Facts) {
        facts.isHTTP = request.transport == .http
        facts.peerPrincipal = request.source.principal
        facts.sourceIP = request.source.ip
        facts.remoteIP = request.source.remoteIP ?? request.source.ip
        facts.destinationIP = request.destination.ip
        facts.destinationPort = request.destination.port
        facts.sni = request.destination.sni
        facts.dynamicMetadataIsKnown = request.dynamicMetadataIsKnown
        facts.hasMergedHeaders = request.hasMergedHeaders
    }

    /// The facts of the request line, as it is now.
    static func readOperation(of request: borrowing CheckRequest, into facts: inout Facts) {
        let operation = request.operation
        facts.method = operation.method
        facts.host = operation.host
        facts.scheme = operation.scheme ?? .empty
        facts.fullPath = operation.path
        facts.path = operation.path
        let bytes = request.storage.span
        for index in operation.path.range where bytes[index] == UInt8(ascii: "?") || bytes[index] == UInt8(ascii: "#") {
            facts.path = operation.path.prefix(index - Int(operation.path.offset))
            break
        }
    }

    // MARK: The request line

    private func refusal(of request: inout CheckRequest, scratch: inout [UInt8]) -> Decision? {
        guard HTTPSyntax.isMethod(request.operation.method, in: request),
            HTTPSyntax.splitTarget(of: &request), HTTPSyntax.hasReadableFields(request)
        else { return .requestInvalid }
        guard request.operation.path.count > 0, request.storage[Int(request.operation.path.offset)] == UInt8(ascii: "/")
        else {
            return Decision(.deny, .requestInvalid, status: 404)
        }
        guard request.needsNormalization else { return nil }
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: request.storage[request.operation.path.range])
        guard PathNormalizer(mode: mesh.pathNormalization).normalize(&scratch) else { return .requestInvalid }
        request.operation.path = request.append(scratch.span)
        return nil
    }

    // MARK: Headers

    /// Joins the lines of headers that Envoy keeps in one slot, and drops those that policies never see.
    private func joinHeaders(of request: inout CheckRequest, scratch: inout [UInt8]) {
        var first = InlineArray<23, Int>(repeating: -1)
        var kept = 0
        for index in request.operation.headers.indices {
            let field = request.operation.headers[index]
            if KnownHeaders.isRemoved(field, in: request) { continue }
            if let known = KnownHeaders.joinedIndex(field.name, in: request) {
                if first[known] >= 0 {
                    let previous = request.operation.headers[first[known]].value
                    scratch.removeAll(keepingCapacity: true)
                    scratch.append(contentsOf: request.storage[previous.range])
                    scratch.append(UInt8(ascii: ","))
                    scratch.append(contentsOf: request.storage[field.value.range])
                    request.operation.headers[first[known]].value = request.append(scratch.span)
                    continue
                }
                first[known] = kept
            }
            request.operation.headers[kept] = field
            kept += 1
        }
        request.operation.headers.removeLast(request.operation.headers.count - kept)
    }

    /// The scheme, and `x-forwarded-proto` where the proxy sets it: a client's counts at a sidecar or waypoint, and at a gateway
    /// only behind trusted proxies.
    private func setScheme(of request: inout CheckRequest) {
        let isTrusted = role != .gateway || mesh.trustedProxyCount > 0
        let isSecure = request.source.principal.value != nil
        // INVARIANT: its lines have been joined, so there is at most one.
        if !isTrusted, let index = request.headerIndex("x-forwarded-proto") {
            request.operation.headers.remove(at: index)
        }
        if request.headerIndex("x-forwarded-proto") == nil {
            let scheme = request.operation.scheme ?? request.append(isSecure ? "https" : "http")
            request.appendHeader(name: request.append("x-forwarded-proto"), value: scheme)
        }
        guard request.operation.scheme == nil else { return }
        let forwarded = request.firstHeader("x-forwarded-proto").map(\.value)
        if let forwarded, request.slice(forwarded, equals: "http") || request.slice(forwarded, equals: "https") {
            request.operation.scheme = forwarded
        } else {
            request.operation.scheme = request.append(isSecure ? "https" : "http")
        }
    }
}

extension CheckRequest {
    /// The first line of a header, by its name in lower case.
    func firstHeader(_ name: StaticString) -> HeaderField? {
        headerIndex(name).map { operation.headers[$0] }
    }

    /// Where that line stands.
    func headerIndex(_ name: StaticString) -> Int? {
        for index in operation.headers.indices where slice(operation.headers[index].name, equals: name) { return index }
        return nil
    }
}
