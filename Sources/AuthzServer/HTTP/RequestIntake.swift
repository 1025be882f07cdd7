package import AuthzCore
import AuthzEngine

/// One HTTP request as it arrives, whatever codec reads it: bytes go in, a ``CheckRequest`` and a body come out.
///
/// Used again for the next request of its connection. It applies the limits and refuses the bytes that no header may hold,
/// so that every codec refuses alike.
package struct RequestIntake: Sendable {
    /// Method, target (as `path`), host and headers, as they came. Headers of this hop and of identity are not among them.
    package var request = CheckRequest()
    package private(set) var identity = IdentityHeaders()
    /// Whether a trusted peer sent one of them twice, so that they do not count.
    package private(set) var repeatsIdentity = false
    package private(set) var body: [UInt8] = []
    /// Whether pieces of the body are kept; they count all the same.
    package var keepsBody = true
    private var bodyBytes = 0
    /// The first thing that was wrong. Nothing more is taken in after it.
    package private(set) var problem: RequestProblem?
    package private(set) var peer = Peer(address: nil, isTrusted: false)

    private let limits: RequestLimits
    private var headerBytes = 0
    private var headerCount = 0
    /// Whether there is a host, if only an empty one.
    package private(set) var hasHost = false

    package init(limits: RequestLimits) {
        self.limits = limits
    }

    /// How much memory of a head or body is kept for the next one.
    private static let keptBytes = 16 << 10

    /// Forgets the last request. Memory is kept unless a large body has left too much of it.
    package mutating func begin(peer: Peer) {
        request.removeAll()
        identity = IdentityHeaders()
        repeatsIdentity = false
        if !body.isEmpty { body.removeAll(keepingCapacity: body.capacity <= Self.keptBytes) }
        keepsBody = true
        bodyBytes = 0
        problem = nil
        self.peer = peer
        headerBytes = 0
        headerCount = 0
        hasHost = false
    }

    /// Notes what a codec found wrong by itself.
    package mutating func refuse(_ found: RequestProblem) {
        if problem == nil { problem = found }
    }

    /// Takes the method. Which ones are known is the engine's to say.
    package mutating func setMethod(_ bytes: Span<UInt8>) {
        guard admit(bytes.count) else { return }
        guard bytes.count > 0, allBytes(of: bytes, satisfy: HeaderName.isTokenByte) else {
            return refuse(.invalidMethod)
        }
        request.operation.method = request.append(bytes)
    }

    /// Takes the target in origin form. Bytes above 0x7e are refused as Envoy's codec does.
    package mutating func setTarget(_ bytes: Span<UInt8>) {
        guard admit(bytes.count) else { return }
        guard bytes.count > 0, bytes[0] == UInt8(ascii: "/"), ByteClass.isPrintableASCII(bytes, bytes.all),
            bytes.firstIndex(of: UInt8(ascii: " "), from: 0) == nil
        else { return refuse(.invalidTarget) }
        request.operation.path = request.append(bytes)
    }

    /// Takes the host, from `Host` or `:authority`. A second one is refused.
    package mutating func setHost(_ bytes: Span<UInt8>) {
        guard admit(bytes.count) else { return }
        guard !hasHost, allBytes(of: bytes, satisfy: { $0 > 0x20 && $0 != 0x7f }) else { return refuse(.invalidHost) }
        hasHost = true
        request.operation.host = request.append(bytes)
    }

    /// Takes one header line. Blanks around the value are left out.
    package mutating func addHeader(name: Span<UInt8>, value: Span<UInt8>) {
        guard let isPlain = inspect(name, value) else { return }
        let trimmed = value.extracting(rangeWithoutBlanks(value))
        store(name: request.append(name), value: request.append(trimmed), isPlain: isPlain)
    }

    /// The same of a line as it stands in HTTP/1, which is copied in one piece.
    ///
    /// - Parameter colon: Where the name ends.
    mutating func addHeader(line: Span<UInt8>, colon: Int) {
        let value = line.extracting(colon + 1..<line.count)
        guard let isPlain = inspect(line.extracting(0..<colon), value) else { return }
        let trimmed = rangeWithoutBlanks(value)
        let slice = request.append(line)
        store(
            name: slice.prefix(colon),
            value: slice.dropping(first: colon + 1 + trimmed.lowerBound).prefix(trimmed.count),
            isPlain: isPlain)
    }

    /// Whether a line is of the kind that nearly all are; `nil` where it is refused.
    @inline(__always)
    private mutating func inspect(_ name: Span<UInt8>, _ value: Span<UInt8>) -> Bool? {
        guard admit(name.count + value.count) else { return nil }
        headerCount += 1
        guard headerCount <= limits.maximumHeaderCount else {
            refuse(.headersTooLarge)
            return nil
        }
        // Most can be told many bytes at a time.
        let isLowercase = name.count > 0 && ByteClass.isLowercaseName(name, name.all)
        let isPrintable = ByteClass.isPrintableASCII(value, value.all)
        guard isLowercase || name.count > 0 && allBytes(of: name, satisfy: HeaderName.isTokenByte),
            isPrintable || allBytes(of: value, satisfy: { $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 })
        else {
            refuse(.invalidHeader)
            return nil
        }
        return isLowercase && isPrintable
    }

    private mutating func store(name: ByteSlice, value: ByteSlice, isPlain: Bool) {
        // Asked about twice, and found once.
        let kind = isPlain ? KnownHeaders.kind(of: name, in: request.storage.span) : 0
        request.appendHeader(HeaderField(name: name, value: value, isPlain: isPlain, kind: kind))
        classify(request.operation.headers.count - 1)
    }

    /// Takes a piece of the body.
    package mutating func appendBody(_ bytes: Span<UInt8>) {
        guard problem == nil else { return }
        guard bodyBytes + bytes.count <= limits.maximumBodyBytes else { return refuse(.bodyTooLarge) }
        bodyBytes += bytes.count
        guard keepsBody else { return }
        bytes.withUnsafeBufferPointer { body.append(contentsOf: $0) }
    }

    /// Gives up the memory of a large request once it is answered, for the connection may idle for long.
    package mutating func releaseMemory() {
        if body.capacity > Self.keptBytes { body = [] }
        if request.storage.capacity > Self.keptBytes { request = CheckRequest() }
    }

    /// Drops what has been read of a body that is read while it arrives.
    package mutating func removeBody(first count: Int) {
        body.removeFirst(count)
        bodyBytes -= count
        if body.capacity > Self.keptBytes, body.count < body.capacity / 4 { body = Array(body) }
    }

    /// About how much memory it has.
    var memoryBytes: Int {
        request.storage.capacity + request.operation.headers.capacity * MemoryLayout<HeaderField>.stride + body.capacity
    }

    /// The head is complete.
    ///
    /// - Parameter requiresHost: As HTTP/1.1 and HTTP/2 do.
    package mutating func endHead(requiresHost: Bool) {
        if requiresHost, !hasHost { refuse(.invalidHost) }
    }

    /// Whether a client's forwarded addresses came along.
    package var hasForwardedFor: Bool {
        request.operation.headers.contains { request.slice($0.name, equals: "x-forwarded-for") }
    }

    /// Takes out the headers that `connection` names: they are not there for whoever reads the request (SR-12). What an upgrade
    /// is to stays. A request that names too many is refused.
    package mutating func removeHeadersOfConnection() {
        guard request.operation.headers.contains(where: { request.slice($0.name, equals: "connection") }) else {
            return
        }
        guard let connection = ConnectionHeader(of: request) else { return refuse(.headersTooLarge) }
        let sent = request
        request.operation.headers.removeAll { field in
            !sent.slice(field.name, equals: "upgrade") && connection.names(field.name, in: sent)
        }
        identity.forget { connection.names($0, in: sent) }
    }

    private mutating func admit(_ count: Int) -> Bool {
        guard problem == nil else { return false }
        headerBytes += count
        guard headerBytes <= limits.maximumHeaderBytes else {
            refuse(.headersTooLarge)
            return false
        }
        return true
    }

    /// Takes a header out again that policies must not see: those of this hop, those that Envoy's client stack adds to a
    /// check, and those that assert an identity.
    private mutating func classify(_ index: Int) {
        let field = request.operation.headers[index]
        if request.slice(field.name, equals: "host") {
            request.operation.headers.removeLast()
            guard !hasHost, !request.storage[field.value.range].contains(where: { $0 <= 0x20 }) else {
                return refuse(.invalidHost)
            }
            hasHost = true
            request.operation.host = field.value
        } else if let place = IdentityHeaders.place(of: field.name, in: request) {
            request.operation.headers.removeLast()
            keepIdentity(field, at: place)
        } else if Self.isOfThisHop(field.name, in: request) {
            request.operation.headers.removeLast()
        }
    }

    private mutating func keepIdentity(_ field: HeaderField, at place: IdentityHeaders.Place) {
        guard peer.isTrusted else { return }
        if identity[place] != nil { repeatsIdentity = true }
        identity[place] = field.value
    }

    /// Told apart by their lengths first, as most headers are none of them.
    @inline(__always)
    private static func isOfThisHop(_ name: ByteSlice, in request: borrowing CheckRequest) -> Bool {
        switch name.count {
        case 14: request.slice(name, equals: "content-length")
        case 16: request.slice(name, equals: "x-envoy-internal")
        case 17: request.slice(name, equals: "transfer-encoding")
        case 25: request.slice(name, equals: "x-envoy-auth-partial-body")
        case 30: request.slice(name, equals: "x-envoy-expected-rq-timeout-ms")
        default: false
        }
    }
}

extension Span<UInt8> {
    /// All of its bytes.
    fileprivate var all: ByteSlice { ByteSlice(offset: 0, count: count) }
}

@inline(__always)
private func allBytes(of bytes: Span<UInt8>, satisfy isGood: (UInt8) -> Bool) -> Bool {
    for index in bytes.indices where !isGood(bytes[index]) { return false }
    return true
}

/// Where the value begins and ends without the blanks around it.
func rangeWithoutBlanks(_ bytes: Span<UInt8>) -> Range<Int> {
    var start = 0
    var end = bytes.count
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return start..<end
}
