import AuthzCore

/// The bytes of a request, put into a reused ``CheckRequest`` as a codec would that serves an Envoy.
struct RequestTemplate {
    var principal: [UInt8]
    var method = Array("GET".utf8)
    var path: [UInt8]
    var host = Array("api.production.svc.cluster.local".utf8)
    var headers: [(name: [UInt8], value: [UInt8])] = [
        ("user-agent", "curl/8.5.0"), ("accept", "*/*"), ("x-request-id", "6f1b8a3e-2a55-4f3c-9d0b-0c7c4e5f1a2b"),
        ("x-forwarded-for", "203.0.113.9"), ("content-type", "application/json"), ("x-tenant", "acme"),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

    init(principal: String, path: String) {
        self.principal = Array(principal.utf8)
        self.path = Array(path.utf8)
    }

    func fill(_ request: inout CheckRequest) {
        request.removeAll()
        request.needsNormalization = false
        request.proxyHasAppendedPeer = true
        request.hasMergedHeaders = true
        request.source.principal = .known(request.append(principal.span))
        request.source.ip = .known(IPAddress(v4: 0x0a00_0007))
        request.destination.ip = .known(IPAddress(v4: 0x0a00_0009))
        request.destination.port = .known(8080)
        request.operation.method = request.append(method.span)
        request.operation.path = request.append(path.span)
        request.operation.host = request.append(host.span)
        for header in headers {
            request.appendHeader(name: request.append(header.name.span), value: request.append(header.value.span))
        }
    }
}
