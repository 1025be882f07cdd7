import AuthzCore
import AuthzPolicy

/// Reads a request as the proxy does before the first filter: the codec and the connection manager refuse what they cannot
/// take, normalize the path, join and drop headers, set some of their own, and derive the client's address.
///
/// It is told the policies and the workload by each call: a value that holds them would retain both for each decision.
enum RequestPreparation {
    /// Prepares an HTTP request and resolves its facts.
    ///
    /// - Returns: The refusal where the proxy answers by itself.
    static func prepare(
        _ request: inout CheckRequest, for workload: Workload, under policySet: PolicySet,
        in workspace: inout Workspace, facts: inout Facts, trace: inout Trace?
    ) -> Decision? {
        let sent = request.operation.path
        let refusal = refusal(of: &request, for: workload, under: policySet, in: &workspace, facts: &facts)
        trace?.recordRequest(request, sent: sent, mode: policySet.mesh.pathNormalization, refusal: refusal)
        if let refusal { return refusal }
        readOperation(of: request, into: &facts)
        trace?.recordRemoteIP(facts.client)
        return nil
    }

    /// The facts of the connection.
    static func readConnection(of request: borrowing CheckRequest, into facts: inout Facts) {
        facts.isHTTP = request.transport == .http
        facts.peerPrincipal = request.source.principal
        facts.hasFurtherPrincipals = !request.furtherPrincipals.isEmpty
        facts.sourceIP = request.source.ip
        facts.client = ForwardedFor.peerAddress(of: request)
        facts.destinationIP = request.destination.ip
        facts.destinationPort = request.destination.port
        facts.sni = request.destination.sni
        facts.dynamicMetadataIsKnown = request.dynamicMetadataIsKnown
        facts.hasMergedHeaders = request.hasMergedHeaders
    }

    /// The facts of the request line, as it is now.
    static func readOperation(of request: borrowing CheckRequest, into facts: inout Facts) {
        let method = request.operation.method
        facts.method = method.isEmpty ? .absent : .known(method)
        facts.host =
            !request.operation.hostIsKnown
            ? .unknown : request.operation.hasHost ? .known(request.operation.host) : .absent
        facts.scheme =
            !request.operation.schemeIsKnown ? .unknown : request.operation.scheme.map { .known($0) } ?? .absent
        let path = request.operation.path
        guard !path.isEmpty else {
            facts.fullPath = .absent
            facts.path = .absent
            return
        }
        facts.fullPath = .known(path)
        let bytes = request.storage.span
        let start = path.range.lowerBound
        var end = Bytes.firstIndex(of: UInt8(ascii: "?"), in: bytes, path.range) ?? path.range.upperBound
        end = Bytes.firstIndex(of: UInt8(ascii: "#"), in: bytes, start..<end) ?? end
        facts.path = .known(path.prefix(end - start))
    }

    // MARK: Steps

    private static func refusal(
        of request: inout CheckRequest, for workload: Workload, under policySet: PolicySet,
        in workspace: inout Workspace, facts: inout Facts
    ) -> Decision? {
        guard request.operation.methodIsFree || HTTPSyntax.isMethod(request.operation.method, in: request),
            HTTPSyntax.hasReadableFields(request), !request.isFromEnvoy || HTTPSyntax.hasReadableLine(request)
        else {
            return .requestInvalid
        }
        let scheme = request.operation.scheme
        // What an Envoy asks about, its codec has read.
        if !request.isFromEnvoy,
            let refusal = codecRefusal(of: &request, for: workload, under: policySet, scratch: &workspace.scratch)
        {
            return refusal
        }
        if request.isFromEnvoy { joinHeaders(of: &request, scratch: &workspace.scratch) }
        workspace.isGRPC = GRPC.isRequest(request)
        guard request.operation.hasHost else { return .refusedByManager(status: 400) }
        if !request.isFromEnvoy, request.isMethod("QUERY"),
            request.firstHeader("content-type")?.value.isEmpty ?? true
        {
            return .refusedByManager(status: 400)
        }
        let hasPath = !request.isMethod("CONNECT") || !request.operation.path.isEmpty
        if hasPath,
            let refusal = pathRefusal(
                of: &request, mode: policySet.mesh.pathNormalization, scratch: &workspace.scratch)
        {
            return refusal
        }
        readConnection(of: request, into: &facts)
        facts.client = ForwardedFor.clientAddress(
            of: request, trustedProxyCount: policySet.mesh.trustedProxyCount, role: workload.role)
        if !request.isFromEnvoy {
            let headers = HeaderPreparation(policySet: policySet, workload: workload)
            guard headers.rewrite(&request, connectionScheme: scheme, remoteIP: facts.remoteIP) else {
                return .refusedByManager(status: 403)
            }
        }
        request.removeHeaders { request, field in
            KnownHeaders.isRemoved(kind: KnownHeaders.kind(of: field, in: request.storage.span))
        }
        HeaderPreparation.setScheme(of: &request)
        facts.hasRoute = request.isFromEnvoy || hasPath && request.hasForwardedScheme
        return nil
    }

    /// The HTTP/1.1 codec: framing, the request line, the host and the headers of the connection.
    private static func codecRefusal(
        of request: inout CheckRequest, for workload: Workload, under policySet: PolicySet, scratch: inout [UInt8]
    ) -> Decision? {
        guard HTTPSyntax.headBytes(of: request) <= HTTPSyntax.maximumHeadBytes else {
            return .refusedByCodec(status: 431)
        }
        joinHeaders(of: &request, scratch: &scratch)
        guard request.operation.headers.count < HTTPSyntax.maximumHeaders else { return .refusedByCodec(status: 431) }
        switch HopByHop.framingRefusal(of: request) {
        case nil: break
        case .badRequest: return .requestInvalid
        case .notImplemented: return .refusedByCodec(status: 501)
        }
        guard let form = RequestTarget.read(&request) else { return .requestInvalid }
        if form == .absolute, workload.role == .gateway, policySet.mesh.trustedProxyCount == 0,
            request.source.principal.value == nil,
            let scheme = request.operation.scheme, request.slice(scheme, equals: "https")
        {
            return .refusedByCodec(status: 403)
        }
        if !HopByHop.isUpgrade(&request), form != .authority, !HopByHop.removeNamed(from: &request) {
            return .requestInvalid
        }
        return HTTPSyntax.isAuthority(request.operation.host, in: request.storage.span) ? nil : .requestInvalid
    }

    private static func pathRefusal(
        of request: inout CheckRequest, mode: MeshSettings.PathNormalization, scratch: inout [UInt8]
    ) -> Decision? {
        guard request.operation.path.count > 0, request.storage[Int(request.operation.path.offset)] == UInt8(ascii: "/")
        else {
            return .refusedByManager(status: 404)
        }
        guard request.needsNormalization else { return nil }
        scratch.clear()
        scratch.append(contentsOf: request.storage[request.operation.path.range])
        guard PathNormalizer(mode: mode).normalize(&scratch) else {
            return .refusedByManager(status: 400)
        }
        request.operation.path = request.append(scratch.span)
        return nil
    }

    /// Joins the lines of headers that Envoy keeps in one slot; an empty line adds nothing.
    ///
    /// O(lines and their bytes): one pass over the lines, and one more for each such header that repeats, of ``KnownHeaders/joinedCount``.
    private static func joinHeaders(of request: inout CheckRequest, scratch: inout [UInt8]) {
        // A bit for each such header.
        precondition(KnownHeaders.joinedCount <= UInt64.bitWidth, "a bit for each")
        var seen: UInt64 = 0
        var repeated: UInt64 = 0
        for index in request.operation.headers.indices {
            let kind = KnownHeaders.kind(of: request.operation.headers[index], in: request.storage.span)
            // Asked again where headers are taken away.
            request.operation.headers[index].keep(kind: kind)
            guard let known = KnownHeaders.joinedIndex(ofKind: kind) else { continue }
            let bit = UInt64(1) << UInt64(known)
            repeated |= seen & bit
            seen |= bit
        }
        guard repeated != 0 else { return }
        for known in 0..<KnownHeaders.joinedCount where repeated >> UInt64(known) & 1 == 1 {
            join(known, of: &request, scratch: &scratch)
        }
        var kept: UInt64 = 0
        request.removeHeaders { request, field in
            guard let known = KnownHeaders.joinedIndex(field.name, in: request.storage.span) else { return false }
            let bit = UInt64(1) << UInt64(known)
            defer { kept |= bit }
            return kept & bit != 0
        }
    }

    /// Gives the first line of a header the values of all.
    private static func join(_ known: Int, of request: inout CheckRequest, scratch: inout [UInt8]) {
        var first: Int?
        scratch.clear()
        for index in request.operation.headers.indices {
            let field = request.operation.headers[index]
            guard KnownHeaders.joinedIndex(field.name, in: request.storage.span) == known else { continue }
            if first == nil { first = index }
            guard !field.value.isEmpty else { continue }
            if !scratch.isEmpty { scratch.append(UInt8(ascii: ",")) }
            scratch.append(contentsOf: request.storage[field.value.range])
        }
        if let first { request.operation.headers[first].value = request.append(scratch.span) }
    }
}

extension CheckRequest {
    /// Whether an Envoy asks, which has read the request and prepared its headers.
    var isFromEnvoy: Bool { proxyHasAppendedPeer }

    /// Whether there are headers that a check could not carry.
    var hidesHeaders: Bool { isFromEnvoy && !carriesAllHeaders }

    /// Whether `x-forwarded-proto` says something. Without it Envoy finds no route.
    var hasForwardedScheme: Bool { firstHeader("x-forwarded-proto").map { !$0.value.isEmpty } ?? false }

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
