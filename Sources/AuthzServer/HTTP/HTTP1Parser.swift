import AuthzCore
import AuthzEngine

/// Reads HTTP/1 requests (RFC 9112) from bytes as they arrive, and refuses what two readers could frame in two ways.
///
/// A line ends with CRLF and nothing else, none is folded, a colon follows its name at once. A body has one `Content-Length` or is
/// `chunked`, not both; chunks have no extensions and no trailers. It keeps no bytes: whoever calls shows those that were not consumed
/// again, with more behind them. Each byte is looked at a bounded number of times, however it is cut.
struct HTTP1Parser: Sendable {
    /// What the bytes have come to.
    enum Event: Sendable, Equatable {
        /// All complete parts are consumed.
        case needsBytes
        /// The head is in the intake, without a problem. A body may follow.
        case headEnded
        /// The request is complete. The next bytes begin another one.
        case requestEnded
        /// Nothing behind this can be told apart any more.
        case refused(RequestProblem)
    }

    private enum Phase: Sendable {
        case requestLine
        case headerLines
        case body(remaining: Int)
        case chunkSize
        case chunk(remaining: Int)
        case chunkEnd
        case lastChunkEnd
        case ended

        var isHead: Bool {
            switch self {
            case .requestLine, .headerLines: true
            case .body, .chunkSize, .chunk, .chunkEnd, .lastChunkEnd, .ended: false
            }
        }
    }

    /// A chunk's size takes at most these: eight digits and the line's end.
    private static let maximumSizeLine = 10

    /// Of the request that is being read, or was read last: what its lines say about the connection and its answer.
    private(set) var framing = HTTP1Framing()
    private let limits: RequestLimits
    private var phase = Phase.requestLine
    /// How many unconsumed bytes are known to hold no line's end.
    private var searched = 0

    init(limits: RequestLimits) {
        self.limits = limits
    }

    /// Whether a request has begun and not ended. Empty lines in front of one do not begin it.
    var isReceiving: Bool {
        if case .requestLine = phase { searched > 0 } else { true }
    }

    /// Consumes bytes up to the next event.
    ///
    /// - Parameters:
    ///   - offset: Where the unconsumed bytes begin; it is moved.
    ///   - intake: Is begun anew with each request.
    mutating func next(
        _ bytes: Span<UInt8>, at offset: inout Int, into intake: inout RequestIntake, from peer: Peer
    ) -> Event {
        do throws(RequestProblem) {
            while true {
                switch phase {
                case .requestLine:
                    framing = HTTP1Framing()
                    try checkFirstByte(bytes, at: offset)
                    guard let line = try line(bytes, at: &offset, maximum: limits.maximumHeaderBytes) else {
                        return .needsBytes
                    }
                    // RFC 9112 §2.2: an empty line before a request, such as some clients send behind a body.
                    if !line.isEmpty { try readRequestLine(bytes.extracting(line), &intake, peer) }
                case .headerLines:
                    guard let line = try line(bytes, at: &offset, maximum: limits.maximumHeaderBytes) else {
                        return .needsBytes
                    }
                    if line.isEmpty {
                        try endHead(&intake)
                        return .headEnded
                    }
                    try readHeader(bytes.extracting(line), &intake)
                case .body(let remaining):
                    let left = try readBody(bytes, at: &offset, remaining, &intake)
                    phase = left == 0 ? .ended : .body(remaining: left)
                    if left > 0 { return .needsBytes }
                case .chunkSize:
                    guard let line = try line(bytes, at: &offset, maximum: Self.maximumSizeLine) else {
                        return .needsBytes
                    }
                    let size = try HTTP1Framing.chunkSize(bytes.extracting(line))
                    phase = size == 0 ? .lastChunkEnd : .chunk(remaining: size)
                case .chunk(let remaining):
                    let left = try readBody(bytes, at: &offset, remaining, &intake)
                    phase = left == 0 ? .chunkEnd : .chunk(remaining: left)
                    if left > 0 { return .needsBytes }
                case .chunkEnd, .lastChunkEnd:
                    guard let line = try line(bytes, at: &offset, maximum: 2) else { return .needsBytes }
                    guard line.isEmpty else { throw .malformed }
                    if case .chunkEnd = phase { phase = .chunkSize } else { phase = .ended }
                case .ended:
                    phase = .requestLine
                    return .requestEnded
                }
            }
        } catch {
            return .refused(error)
        }
    }

    /// Refuses at once what cannot become a request, such as the first bytes of TLS.
    private func checkFirstByte(_ bytes: Span<UInt8>, at offset: Int) throws(RequestProblem) {
        guard offset < bytes.count else { return }
        switch bytes[offset] {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "\r"): return
        default: throw .malformed
        }
    }

    /// Consumes a line with its end.
    ///
    /// - Parameter maximum: More bytes without a line's end are refused.
    /// - Returns: Where it stands, without its end; `nil` while the end has not come.
    private mutating func line(
        _ bytes: Span<UInt8>, at offset: inout Int, maximum: Int
    ) throws(RequestProblem) -> Range<Int>? {
        let start = offset
        guard let feed = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start + searched) else {
            searched = bytes.count - start
            if searched > maximum { throw phase.isHead ? .headersTooLarge : .malformed }
            return nil
        }
        searched = 0
        guard feed > start, bytes[feed - 1] == UInt8(ascii: "\r") else { throw .malformed }
        offset = feed + 1
        return start..<feed - 1
    }

    private mutating func readRequestLine(
        _ line: Span<UInt8>, _ intake: inout RequestIntake, _ peer: Peer
    ) throws(RequestProblem) {
        intake.begin(peer: peer)
        let blank = UInt8(ascii: " ")
        guard let first = line.firstIndex(of: blank, from: 0), let second = line.firstIndex(of: blank, from: first + 1)
        else { throw .malformed }
        framing = try HTTP1Framing(
            method: line.extracting(0..<first), version: line.extracting(second + 1..<line.count))
        intake.setMethod(line.extracting(0..<first))
        guard HTTPSyntax.isMethod(intake.request.operation.method, in: intake.request) else { throw .invalidMethod }
        intake.setTarget(line.extracting(first + 1..<second))
        if let problem = intake.problem { throw problem }
        phase = .headerLines
    }

    private mutating func readHeader(
        _ line: Span<UInt8>, _ intake: inout RequestIntake
    ) throws(RequestProblem) {
        // A line that begins with a blank would go on with the one before it (RFC 9112 §5.2); its name is no token.
        guard let colon = line.firstIndex(of: UInt8(ascii: ":"), from: 0) else { throw .malformed }
        let name = line.extracting(0..<colon)
        let value = line.extracting(colon + 1..<line.count)
        intake.addHeader(line: line, colon: colon)
        if let problem = intake.problem { throw problem }
        try framing.note(name, value.extracting(rangeWithoutBlanks(value)))
    }

    private mutating func endHead(_ intake: inout RequestIntake) throws(RequestProblem) {
        intake.endHead(requiresHost: framing.version == .http11)
        if let problem = intake.problem { throw problem }
        switch framing.body {
        case .none: phase = .ended
        case .chunked: phase = .chunkSize
        case .length(let count):
            guard count <= limits.maximumBodyBytes else { throw .bodyTooLarge }
            phase = .body(remaining: count)
        }
    }

    /// - Returns: How many bytes are still to come.
    private func readBody(
        _ bytes: Span<UInt8>, at offset: inout Int, _ remaining: Int, _ intake: inout RequestIntake
    ) throws(RequestProblem) -> Int {
        let count = min(remaining, bytes.count - offset)
        intake.appendBody(bytes.extracting(offset..<offset + count))
        if let problem = intake.problem { throw problem }
        offset += count
        return remaining - count
    }
}
