import AuthzCore

/// The bytes of a request, put into a reused ``CheckRequest`` as a codec would that serves an Envoy.
struct RequestTemplate {
    /// All texts, as they would stand in the bytes that were received.
    private var bytes: [UInt8] = []
    private var principal = 0..<0
    private var method = 0..<0
    private var path = 0..<0
    private var host = 0..<0
    private var headers: [(name: Range<Int>, value: Range<Int>)] = []

    init(principal: String, path: String) {
        self.principal = add(principal)
        method = add("GET")
        self.path = add(path)
        host = add("api.production.svc.cluster.local")
        headers = [
            ("user-agent", "curl/8.5.0"), ("accept", "*/*"), ("x-request-id", "6f1b8a3e-2a55-4f3c-9d0b-0c7c4e5f1a2b"),
            ("x-forwarded-for", "203.0.113.9"), ("content-type", "application/json"), ("x-tenant", "acme"),
        ].map { (add($0.0), add($0.1)) }
    }

    private mutating func add(_ text: String) -> Range<Int> {
        let start = bytes.count
        bytes += Array(text.utf8)
        return start..<bytes.count
    }

    func fill(_ request: inout CheckRequest) {
        let bytes = bytes.span
        request.removeAll()
        request.needsNormalization = false
        request.proxyHasAppendedPeer = true
        request.hasMergedHeaders = true
        request.source.principal = .known(request.append(bytes.extracting(principal)))
        request.source.ip = .known(IPAddress(v4: 0x0a00_0007))
        request.destination.ip = .known(IPAddress(v4: 0x0a00_0009))
        request.destination.port = .known(8080)
        request.operation.method = request.append(bytes.extracting(method))
        request.operation.path = request.append(bytes.extracting(path))
        request.operation.host = request.append(bytes.extracting(host))
        for header in headers {
            request.appendHeader(
                name: request.append(bytes.extracting(header.name)),
                value: request.append(bytes.extracting(header.value)))
        }
    }
}
