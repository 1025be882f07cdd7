import AuthzCore
import AuthzPolicy

/// The headers that the proxy's connection manager sets or takes away by itself (AuthorizationPolicy dossier 7.4, 7.5).
struct HeaderPreparation {
    let policySet: PolicySet
    let workload: Workload

    private var role: Workload.Role { workload.role }
    private var trustsForwardedScheme: Bool { role != .gateway || policySet.mesh.trustedProxyCount > 0 }

    /// Rewrites the headers of a request as a client sent it.
    ///
    /// - Parameter connectionScheme: What the client's connection is said to speak; `nil`: as its principal tells.
    /// - Returns: False where it asks for a protocol other than `websocket`, the one that Istio lets connections change to.
    func rewrite(
        _ request: inout CheckRequest, connectionScheme: ByteSlice?, remoteIP: Attribute<IPAddress>
    ) -> Bool {
        if let upgrade = request.firstHeader("upgrade")?.value, HopByHop.isUpgrade(&request) {
            guard
                request.slice(upgrade, equalsIgnoringCase: "websocket")
                    || request.slice(request.operation.method, equals: "CONNECT")
            else { return false }
        } else {
            request.removeHeaders { request, field in
                request.slice(field.name, equals: "upgrade") || request.slice(field.name, equals: "connection")
            }
        }
        HopByHop.keepTrailers(of: &request, ignoringCase: false)
        if let index = request.headerIndex("expect"),
            request.slice(request.operation.headers[index].value, equalsIgnoringCase: "100-continue")
        {
            request.operation.headers.remove(at: index)
        }
        if role == .gateway { rewriteAtEdge(&request, remoteIP: remoteIP) }
        setForwardedScheme(of: &request, connectionScheme: connectionScheme)
        setRequestID(of: &request)
        setClientCertificate(of: &request)
        return true
    }

    /// A gateway adds its peer to `x-forwarded-for` and says who it takes for the client.
    private func rewriteAtEdge(_ request: inout CheckRequest, remoteIP: Attribute<IPAddress>) {
        request.removeHeaders { request, field in
            KnownHeaders.isRemovedAtEdge(field.name, in: request.storage.span)
        }
        if let peer = request.source.ip.value {
            if let index = request.headerIndex("x-forwarded-for") {
                let value = request.operation.headers[index].value
                request.operation.headers[index].value = joined(value, "\(peer)", in: &request)
            } else {
                set("x-forwarded-for", to: request.append("\(peer)"), in: &request)
            }
        }
        if let client = remoteIP.value {
            set("x-envoy-external-address", to: request.append("\(client)"), in: &request)
        }
    }

    /// `x-forwarded-proto`: a client's counts at a sidecar or waypoint, and at a gateway only behind trusted proxies.
    private func setForwardedScheme(of request: inout CheckRequest, connectionScheme: ByteSlice?) {
        if trustsForwardedScheme, request.headerIndex("x-forwarded-proto") != nil { return }
        set("x-forwarded-proto", to: connectionScheme ?? Self.scheme(ofPeer: &request), in: &request)
    }

    /// `:scheme`, where neither the target nor the caller tells it: that of `x-forwarded-proto`, else that of the connection.
    static func setScheme(of request: inout CheckRequest) {
        guard request.operation.scheme == nil else { return }
        if let forwarded = request.firstHeader("x-forwarded-proto")?.value,
            request.slice(forwarded, equalsIgnoringCase: "http")
                || request.slice(forwarded, equalsIgnoringCase: "https")
        {
            request.operation.scheme = request.appendFolded(forwarded)
        } else {
            request.operation.scheme = scheme(ofPeer: &request)
        }
    }

    private static func scheme(ofPeer request: inout CheckRequest) -> ByteSlice {
        request.append(literal: request.source.principal.value != nil ? "https" : "http")
    }

    /// Stands for the identifier that the proxy makes up.
    static var madeUpRequestID: StaticString { "00000000-0000-4000-8000-000000000000" }

    /// `x-request-id` is always there, and never a client's at a gateway. What the proxy makes up is stood for by an ID that
    /// says nothing.
    private func setRequestID(of request: inout CheckRequest) {
        if role != .gateway, request.headerIndex("x-request-id") != nil { return }
        set("x-request-id", to: request.append(literal: Self.madeUpRequestID), in: &request)
    }

    /// `x-forwarded-client-cert`: a sidecar appends the peer's certificate to it, a gateway sets it; over plaintext, and at a
    /// waypoint, it is taken away. The digest and the certificate, which nobody knows here, are stood for by empty ones.
    private func setClientCertificate(of request: inout CheckRequest) {
        let index = request.headerIndex("x-forwarded-client-cert")
        guard role != .waypoint, let principal = request.source.principal.value else {
            if let index { request.operation.headers.remove(at: index) }
            return
        }
        let start = request.storage.count
        if role == .sidecar, let sent = index.map({ request.operation.headers[$0].value }), !sent.isEmpty {
            for index in sent.range { request.append(request.storage[index]) }
            request.append(UInt8(ascii: ","))
        }
        if let account = workload.description.serviceAccount {
            _ = request.append(literal: "By=spiffe://")
            _ = request.append(policySet.mesh.trustDomain)
            _ = request.append(literal: "/ns/")
            _ = request.append(workload.description.namespace)
            _ = request.append(literal: "/sa/")
            _ = request.append(account)
            request.append(UInt8(ascii: ";"))
        }
        _ = request.append(literal: role == .gateway ? "Hash=;Cert=\"\";Subject=\"\";URI=" : "Hash=;Subject=\"\";URI=")
        for index in principal.range { request.append(request.storage[index]) }
        set("x-forwarded-client-cert", to: request.slice(from: start), in: &request)
    }

    // MARK: Lines

    private func set(_ name: StaticString, to value: ByteSlice, in request: inout CheckRequest) {
        if let index = request.headerIndex(name) {
            request.operation.headers[index].value = value
        } else {
            request.appendHeader(name: request.append(literal: name), value: value)
        }
    }

    private func joined(_ value: ByteSlice, _ text: String, in request: inout CheckRequest) -> ByteSlice {
        if value.isEmpty { return request.append(text) }
        let start = request.storage.count
        for index in value.range { request.append(request.storage[index]) }
        request.append(UInt8(ascii: ","))
        _ = request.append(text)
        return request.slice(from: start)
    }
}
