import AuthzCore
import AuthzEngine

/// Turns a proxy's question into the request that it is about: reads the headers of its preset, and takes out all of that kind.
struct ForwardedRequest {
    /// Why there is nothing to decide.
    enum Problem: Error {
        /// Method or URI is missing, or cannot be read.
        case invalid
        /// The same fact is told twice.
        case conflicting
    }

    /// The values that the preset's headers have.
    private struct Values {
        var method: ByteSlice?
        var uri: ByteSlice?
        var host: ByteSlice?
        var scheme: ByteSlice?
        var client: ByteSlice?
    }

    private let headers: ForwardAuthPreset.Headers
    /// How many proxies in front of the asking one may tell of their clients.
    private let trustedProxyCount: Int

    /// - Parameter trustedProxyCount: `numTrustedProxies` of the mesh.
    init(_ preset: ForwardAuthPreset, trustedProxyCount: Int) {
        headers = preset.headers
        self.trustedProxyCount = trustedProxyCount
    }

    /// Rewrites a request that came from a trusted proxy.
    func read(_ request: inout CheckRequest) throws(Problem) {
        let values = try values(in: request)
        Self.removeForwardingHeaders(from: &request)
        guard let method = values.method, let uri = values.uri else { throw .invalid }
        if Self.hasComma(method, request) { throw .conflicting }
        request.operation.method = method
        switch headers.form {
        case .url:
            guard let url = AbsoluteURL(uri, in: request) else { throw .invalid }
            set(host: url.host, scheme: url.scheme, of: &request)
            request.operation.path = url.target
        case .target:
            if let host = values.host, Self.hasComma(host, request) { throw .conflicting }
            let scheme = try scheme(values.scheme, of: &request)
            request.operation.path = try target(uri, host: values.host, scheme: scheme, in: request)
            set(host: values.host, scheme: scheme, of: &request)
        }
        request.isForwarded = true
        request.hasMergedHeaders = false
        request.dynamicMetadataIsKnown = false
        PeerIdentity.clear(&request)
        try setClient(values.client, of: &request)
    }

    // MARK: Headers

    private func values(in request: borrowing CheckRequest) throws(Problem) -> Values {
        var values = Values()
        guard let connection = ConnectionHeader(of: request) else { throw .invalid }
        for field in request.operation.headers {
            guard let place = place(of: field.name, in: request), !connection.names(field.name, in: request)
            else {
                continue
            }
            guard values[keyPath: place] == nil else { throw .conflicting }
            values[keyPath: place] = field.value
        }
        // An empty value says nothing, but it may not stand beside another one.
        if values.method?.isEmpty == true { values.method = nil }
        if values.uri?.isEmpty == true { values.uri = nil }
        if values.host?.isEmpty == true { values.host = nil }
        if values.scheme?.isEmpty == true { values.scheme = nil }
        if values.client?.isEmpty == true { values.client = nil }
        return values
    }

    private func place(
        of name: ByteSlice, in request: borrowing CheckRequest
    ) -> WritableKeyPath<Values, ByteSlice?>? {
        if request.slice(name, equals: headers.method) { return \.method }
        if request.slice(name, equals: headers.uri) { return \.uri }
        if request.slice(name, equals: headers.client) { return \.client }
        if let host = headers.host, request.slice(name, equals: host) { return \.host }
        if let scheme = headers.scheme, request.slice(name, equals: scheme) { return \.scheme }
        return nil
    }

    private static func removeForwardingHeaders(from request: inout CheckRequest) {
        var kept = 0
        for index in request.operation.headers.indices {
            let field = request.operation.headers[index]
            if ForwardingHeaderName.contains(request.storage.span.extracting(field.name.range)) { continue }
            request.operation.headers[kept] = field
            kept += 1
        }
        request.operation.headers.removeLast(request.operation.headers.count - kept)
    }

    // MARK: The request line

    private func set(host: ByteSlice?, scheme: ByteSlice?, of request: inout CheckRequest) {
        request.operation.host = host ?? .empty
        request.operation.hostIsKnown = host != nil
        request.operation.scheme = scheme
        request.operation.schemeIsKnown = scheme != nil
    }

    /// `http` or `https`; of a WebSocket the one that it is carried by.
    private func scheme(_ value: ByteSlice?, of request: inout CheckRequest) throws(Problem) -> ByteSlice? {
        guard let value else { return nil }
        if request.slice(value, equals: "http") || request.slice(value, equals: "https") { return value }
        if request.slice(value, equals: "ws") { return request.append("http") }
        if request.slice(value, equals: "wss") { return request.append("https") }
        throw Self.hasComma(value, request) ? .conflicting : .invalid
    }

    /// The target: a path, `*`, or a URL that says of host and scheme what their own headers say.
    private func target(
        _ value: ByteSlice, host: ByteSlice?, scheme: ByteSlice?, in request: borrowing CheckRequest
    ) throws(Problem) -> ByteSlice {
        if request.storage[Int(value.offset)] == UInt8(ascii: "/") || request.slice(value, equals: "*") { return value }
        guard let url = AbsoluteURL(value, in: request) else { throw .invalid }
        if let host, !Self.isSame(host, url.host, in: request) { throw .conflicting }
        if let scheme, !Self.isSame(scheme, url.scheme, in: request) { throw .conflicting }
        return url.target
    }

    private static func isSame(_ left: ByteSlice, _ right: ByteSlice, in request: borrowing CheckRequest) -> Bool {
        guard left.count == right.count else { return false }
        for (one, other) in zip(left.range, right.range)
        where lowercased(request.storage[one]) != lowercased(request.storage[other]) {
            return false
        }
        return true
    }

    private static func hasComma(_ value: ByteSlice, _ request: borrowing CheckRequest) -> Bool {
        value.range.contains { request.storage[$0] == UInt8(ascii: ",") }
    }

    // MARK: The client

    /// The peer of the proxy, and the client behind as many proxies before it as the mesh trusts.
    private func setClient(_ value: ByteSlice?, of request: inout CheckRequest) throws(Problem) {
        guard let value else { return }
        guard headers.listsClients else {
            if Self.hasComma(value, request) { throw .conflicting }
            let address = Self.address(value, in: request)
            request.source.ip = address
            request.source.remoteIP = address
            return
        }
        guard let last = Self.entry(1, fromTheRightOf: value, in: request) else { return }
        request.source.ip = Self.address(last, in: request)
        request.source.remoteIP = request.source.ip
        guard trustedProxyCount > 0,
            let entry = Self.entry(trustedProxyCount + 1, fromTheRightOf: value, in: request),
            case .known(let address) = Self.address(entry, in: request)
        else { return }
        request.source.remoteIP = .known(address)
    }

    private static func address(_ value: ByteSlice, in request: borrowing CheckRequest) -> Attribute<IPAddress> {
        SocketAddressText(value, in: request).address.map { .known($0) } ?? .unknown
    }

    /// The entry of a list, counted from 1, without the blanks around it.
    private static func entry(
        _ position: Int, fromTheRightOf value: ByteSlice, in request: borrowing CheckRequest
    ) -> ByteSlice? {
        var end = value.range.upperBound
        var remaining = position
        while true {
            var start = end
            while start > value.range.lowerBound, request.storage[start - 1] != UInt8(ascii: ",") { start -= 1 }
            remaining -= 1
            if remaining == 0 {
                while start < end, request.storage[start] == UInt8(ascii: " ") { start += 1 }
                while end > start, request.storage[end - 1] == UInt8(ascii: " ") { end -= 1 }
                return ByteSlice(offset: start, count: end - start)
            }
            guard start > value.range.lowerBound else { return nil }
            end = start - 1
        }
    }
}
