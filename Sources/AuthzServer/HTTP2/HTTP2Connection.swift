import AuthzCore
import NIOCore

/// The requests of one HTTP/2 connection, from the frames that arrive to those that answer them. It does no I/O.
///
/// A class because nghttp2 calls it by reference; it stays on one event loop.
final class HTTP2Connection {
    private let session: HTTP2Session
    private let service: any HTTP2Service
    private let pool: HTTP2StreamPool
    private let peer: Peer
    private let limits: HTTP2Limits
    private let requestLimits: RequestLimits
    /// The open ones.
    @exclusivity(unchecked) private var streams: [HTTP2Stream] = []
    @exclusivity(unchecked) private var resets: TokenBucket
    @exclusivity(unchecked) private var idleFrames: TokenBucket
    private var continuations = 0
    /// Time of the last bytes.
    private var now: NIODeadline
    private var lastUse: NIODeadline
    private var hasSettings = false
    /// Whether nothing is looked at any more.
    private var isOver = false
    /// Whether nothing can be sent any more.
    private var hasFailed = false

    init(
        service: any HTTP2Service, pool: HTTP2StreamPool, peer: Peer, limits: HTTP2Limits,
        requestLimits: RequestLimits, now: NIODeadline
    ) throws {
        self.service = service
        self.pool = pool
        self.peer = peer
        self.limits = limits
        self.requestLimits = requestLimits
        self.now = now
        lastUse = now
        resets = TokenBucket(burst: limits.resetBurst, perSecond: limits.resetsPerSecond, now: now)
        idleFrames = TokenBucket(burst: limits.idleFrameBurst, perSecond: limits.idleFramesPerSecond, now: now)
        // A body that is too long is seen to be before its window ends.
        session = try HTTP2Session(
            limits, maximumHeaderBytes: requestLimits.maximumHeaderBytes,
            streamWindow: requestLimits.maximumBodyBytes + (64 << 10))
        session.setOwner(self)
    }

    // MARK: From the socket and the clock

    /// Takes what has arrived. What there is to send then may be the end of the connection.
    func receive(_ bytes: UnsafeRawBufferPointer, at now: NIODeadline) {
        guard !isOver else { return }
        self.now = now
        if !session.receive(bytes) { end(.enhanceYourCalm) }
    }

    /// Appends what is to be sent, at most about `maximumBytes`.
    func send(into buffer: inout ByteBuffer, maximumBytes: Int) {
        if !session.send(into: &buffer, maximumBytes: maximumBytes) {
            hasFailed = true
            isOver = true
        }
        if !session.isAlive { isOver = true }
    }

    /// Whether nothing will be sent any more.
    var isComplete: Bool { isOver && (hasFailed || !session.wantsToSend) }

    /// The server stops: the client is told to go elsewhere, and calls that wait for news hear of it.
    func drain() {
        guard !isOver else { return }
        session.announceEnd()
        refreshOpenCalls()
        for stream in streams where stream.method?.staysOpen == true && !stream.isFinished {
            finish(stream, .unavailable, "the server is stopping")
        }
    }

    /// Takes no further request. With none open the connection is over once this is sent.
    func closeWhenIdle() {
        if !isOver { session.refuseFurther() }
    }

    /// Ends what takes too long; tells calls that stay open what is new.
    func checkTimes(at now: NIODeadline) {
        guard !isOver else { return }
        self.now = now
        let requestTimeout = TimeAmount(requestLimits.requestTimeout)
        if !hasSettings, now - lastUse >= requestTimeout { return end(.none) }
        if streams.isEmpty, now - lastUse >= TimeAmount(requestLimits.idleTimeout) { return end(.none) }
        for stream in streams where stream.method?.staysOpen != true || !stream.isAnswered {
            let age = now - stream.began
            guard age >= requestTimeout else { continue }
            // In the middle of a head nothing else can be said on the connection.
            guard stream.hasHead else { return end(.enhanceYourCalm) }
            if !stream.isAnswered {
                refuse(stream, .timedOut)
            } else if age.nanoseconds / 4 >= requestTimeout.nanoseconds {
                // Its client does not take the answer.
                session.reset(stream, .cancel)
            }
        }
        refreshOpenCalls()
    }

    private func end(_ code: HTTP2Session.ErrorCode) {
        session.terminate(code)
        isOver = true
    }

    // MARK: From nghttp2

    /// - Returns: `false` where the client does too much of what asks for nothing.
    func frameBegan(_ frame: HTTP2Frame, byteCount: Int) -> Bool {
        switch frame {
        case .headers:
            continuations = 0
            return true
        case .continuation:
            continuations += 1
            return continuations <= limits.maximumContinuations
        case .data: return byteCount > 0 || idleFrames.take(at: now)
        case .reset: return resets.take(at: now)
        case .windowUpdate: return true
        case .settings, .other: return idleFrames.take(at: now)
        }
    }

    func settingsArrived() {
        hasSettings = true
    }

    func streamBegan(_ id: Int32) -> HTTP2Stream {
        let stream = pool.take()
        stream.begin(id: id, peer: peer, at: now)
        stream.place = streams.count
        streams.append(stream)
        lastUse = now
        return stream
    }

    /// - Returns: `false` where the client sends so much that the connection has to end.
    func header(_ name: Span<UInt8>, _ value: Span<UInt8>, of stream: HTTP2Stream) -> Bool {
        stream.headerBytes += name.count + value.count
        stream.headCount += 1
        guard stream.headerBytes <= limits.maximumDecodedHeaderBytes else { return false }
        // Trailers say nothing that is read here.
        guard !stream.hasHead else { return true }
        guard name.count > 0, name[0] == UInt8(ascii: ":") else {
            takeHeader(name, value, of: stream)
            return true
        }
        switch name.count {
        case 5:
            stream.method = service.method(at: value)
            if stream.method == nil { stream.intake.setTarget(value) }
        case 7 where name[1] == UInt8(ascii: "m"):
            // HEAD is the only one with an answer of another form.
            stream.omitsBody = value.count == 4 && value[0] == UInt8(ascii: "H") && value[1] == UInt8(ascii: "E")
            stream.intake.setMethod(value)
        case 10: stream.intake.setHost(value)
        default: break
        }
        return true
    }

    private func takeHeader(_ name: Span<UInt8>, _ value: Span<UInt8>, of stream: HTTP2Stream) {
        if name.count == 12, begins(name, with: "content-type") { stream.hasGRPCContentType = isGRPC(value) }
        guard stream.method != nil else { return stream.intake.addHeader(name: name, value: value) }
        // Of a call's own headers none is read; they count all the same.
        if stream.headerBytes > requestLimits.maximumHeaderBytes || stream.headCount > requestLimits.maximumHeaderCount
        {
            stream.intake.refuse(.headersTooLarge)
        }
    }

    func invalidHeader(of stream: HTTP2Stream) {
        if !stream.hasHead { stream.intake.refuse(.invalidHeader) }
    }

    func headEnded(_ stream: HTTP2Stream) {
        guard !stream.hasHead else { return }
        stream.hasHead = true
        stream.intake.endHead(requiresHost: stream.method == nil)
        if let problem = stream.intake.problem { return refuse(stream, problem) }
        if stream.method != nil, !stream.hasGRPCContentType {
            stream.isAnswered = true
            session.submitUnsupportedMediaType(stream)
        }
    }

    func data(_ bytes: Span<UInt8>, of stream: HTTP2Stream) {
        guard !stream.isAnswered else { return session.consume(bytes.count) }
        stream.heldBytes += bytes.count
        stream.intake.appendBody(bytes)
        if let problem = stream.intake.problem { return refuse(stream, problem) }
        if let method = stream.method { takeMessages(of: stream, method) }
    }

    func requestEnded(_ stream: HTTP2Stream) {
        guard !stream.isAnswered else { return }
        if let method = stream.method { return callEnded(stream, method) }
        answered(stream)
        if stream.hasGRPCContentType { return finish(stream, .unimplemented, "unknown method") }
        service.answer(&stream.intake) { answer in submit(answer, stream) }
    }

    func streamClosed(_ stream: HTTP2Stream) {
        answered(stream)
        lastUse = now
        let last = streams.removeLast()
        if last !== stream {
            last.place = stream.place
            streams[stream.place] = last
        }
        pool.giveBack(stream)
    }

    // MARK: Calls

    private func takeMessages(of stream: HTTP2Stream, _ method: GRPCMethod) {
        while true {
            switch stream.splitter.next(
                in: stream.intake.body.span,
                maximumBytes: requestLimits.maximumBodyBytes - GRPCMessageSplitter.prefixBytes)
            {
            case .incomplete:
                if method.takesManyMessages { dropMessages(of: stream) }
                return
            case .failed(.resourceExhausted): return fail(stream, .resourceExhausted, "message too large")
            case .failed(let status): return fail(stream, status, "compressed messages are not read")
            case .message(let range):
                stream.messageCount += 1
                stream.message = range
                if method.takesManyMessages { reply(to: range, of: stream, method) }
                guard !stream.isAnswered else { return }
            }
        }
    }

    /// Forgets the messages that are answered, so that a call may go on for long.
    private func dropMessages(of stream: HTTP2Stream) {
        let count = stream.splitter.dropMessages()
        guard count > 0 else { return }
        stream.intake.removeBody(first: count)
        stream.heldBytes -= count
        session.consume(count)
        session.consume(count, of: stream)
    }

    private func callEnded(_ stream: HTTP2Stream, _ method: GRPCMethod) {
        if stream.splitter.hasRest(in: stream.intake.body.span) {
            return fail(stream, .internalError, "incomplete message")
        }
        guard !method.takesManyMessages else {
            answered(stream)
            return finish(stream, .ok)
        }
        guard stream.messageCount == 1, let message = stream.message else {
            return fail(stream, .unimplemented, "one message is expected")
        }
        answered(stream)
        reply(to: message, of: stream, method)
    }

    private func reply(to message: Range<Int>, of stream: HTTP2Stream, _ method: GRPCMethod) {
        let body = stream.intake.body
        service.reply(to: body.span.extracting(message), of: method, from: peer) { reply in
            if reply.status != .ok { return fail(stream, reply.status, reply.message) }
            stream.append(reply.bytes)
            if !method.takesManyMessages, !method.staysOpen { stream.finish(.ok) }
        }
        if stream.hasOutput, !stream.isFinished || stream.status == .ok { sendOutput(of: stream) }
    }

    /// Asks again for the calls that stay open, and sends what differs from the last time.
    private func refreshOpenCalls() {
        for stream in streams where stream.isAnswered && !stream.isFinished {
            guard let method = stream.method, method.staysOpen, let message = stream.message else { continue }
            let body = stream.intake.body
            service.reply(to: body.span.extracting(message), of: method, from: peer) { reply in
                if !stream.lastOutputEquals(reply.bytes) { stream.append(reply.bytes) }
            }
            if stream.hasOutput { sendOutput(of: stream) }
        }
    }

    private func sendOutput(of stream: HTTP2Stream) {
        if !stream.hasSentHead {
            stream.hasSentHead = true
            session.submitCall(stream)
        } else if stream.isDeferred {
            stream.isDeferred = false
            session.resume(stream)
        }
    }

    private func fail(_ stream: HTTP2Stream, _ status: GRPCStatus, _ message: StaticString) {
        answered(stream)
        finish(stream, status, message)
    }

    private func finish(_ stream: HTTP2Stream, _ status: GRPCStatus, _ message: StaticString = "") {
        guard !stream.isFinished else { return }
        stream.finish(status, message)
        if stream.hasSentHead {
            sendOutput(of: stream)
        } else {
            stream.hasSentHead = true
            session.submitEnd(stream, status, message)
        }
    }

    // MARK: Answers

    /// The rest of the request does not matter, and its body is not held any more.
    private func answered(_ stream: HTTP2Stream) {
        stream.isAnswered = true
        session.consume(stream.heldBytes)
        stream.heldBytes = 0
    }

    private func refuse(_ stream: HTTP2Stream, _ problem: RequestProblem) {
        guard !stream.isAnswered else { return }
        answered(stream)
        if stream.method != nil || stream.hasGRPCContentType {
            return finish(stream, GRPCStatus(problem), problem.text)
        }
        service.refuse(problem) { answer in submit(answer, stream) }
    }

    private func submit(_ answer: borrowing Answer, _ stream: HTTP2Stream) {
        let hasBody = !answer.body.isEmpty && !stream.omitsBody
        if hasBody { stream.append(answer.bytes[answer.body.range]) }
        stream.finish()
        session.submit(answer, stream, hasBody: hasBody)
    }

    private func isGRPC(_ type: Span<UInt8>) -> Bool {
        let name: StaticString = "application/grpc"
        let count = name.utf8CodeUnitCount
        guard begins(type, with: name) else { return false }
        return type.count == count || type[count] == UInt8(ascii: "+") || type[count] == UInt8(ascii: ";")
    }

    private func begins(_ bytes: Span<UInt8>, with text: StaticString) -> Bool {
        guard bytes.count >= text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for index in text.indices where bytes[index] != text[index] { return false }
            return true
        }
    }
}

extension GRPCStatus {
    /// What a problem of HTTP is for a call.
    fileprivate init(_ problem: RequestProblem) {
        switch problem {
        case .bodyTooLarge, .headersTooLarge: self = .resourceExhausted
        case .timedOut: self = .deadlineExceeded
        case .malformed, .invalidMethod, .invalidTarget, .invalidHeader, .invalidHost:
            self = .internalError
        }
    }
}
