import AuthzCore
import NIOCore

/// The requests of one HTTP/2 connection, from the frames that arrive to those that answer them. It does no I/O.
///
/// A class because nghttp2 calls it by reference; it stays on one event loop.
final class HTTP2Connection {
    let session: HTTP2Session
    let service: any HTTP2Service
    private let pool: HTTP2StreamPool
    let peer: Peer
    let limits: HTTP2Limits
    let requestLimits: RequestLimits
    /// The open ones, each with a reference that the connection owns until it gives it back to the pool.
    @exclusivity(unchecked) private var streams: [Unmanaged<HTTP2Stream>] = []
    /// The open stream that nghttp2 spoke of last, and its number; `nil` once it is closed.
    ///
    /// INVARIANT: it is one of ``streams``, which holds on to it.
    @exclusivity(unchecked) var recentStream: Unmanaged<HTTP2Stream>?
    @exclusivity(unchecked) var recentID: Int32 = 0
    @exclusivity(unchecked) private var resets: TokenBucket
    @exclusivity(unchecked) private var idleFrames: TokenBucket
    @exclusivity(unchecked) private var smallFrames: TokenBucket
    /// Those that go on once the client has taken some of its answers.
    @exclusivity(unchecked) var waiting: [HTTP2Stream] = []
    /// Of all answers together.
    @exclusivity(unchecked) var unreadBytes = 0
    /// Of the headers of all requests that are not answered.
    @exclusivity(unchecked) var heldHeaderBytes = 0
    /// Memory of requests that are answered and whose streams are open.
    @exclusivity(unchecked) var keptBytes = 0
    /// Those that are answered before their requests have ended.
    @exclusivity(unchecked) var early: [HTTP2Stream] = []
    private var continuations = 0
    /// Time of the last bytes.
    private(set) var now: NIODeadline
    private var lastUse: NIODeadline
    private var hasSettings = false
    private var hasRequest = false
    private(set) var isDraining = false
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
        smallFrames = TokenBucket(burst: limits.smallFrameBurst, perSecond: limits.smallFramesPerSecond, now: now)
        // A body that is too long is seen to be before its window ends.
        session = try HTTP2Session(
            limits, maximumHeaderBytes: requestLimits.maximumHeaderBytes,
            streamWindow: requestLimits.maximumBodyBytes + (64 << 10))
        session.setOwner(self)
    }

    deinit {
        for stream in streams { stream.release() }
    }

    /// The open streams, for what is not done with each request.
    var openStreams: [HTTP2Stream] { streams.map { $0.takeUnretainedValue() } }

    // MARK: From the socket and the clock

    /// Takes what has arrived. What there is to send then may be the end of the connection.
    func receive(_ bytes: UnsafeRawBufferPointer, at now: NIODeadline) {
        guard !isOver else { return }
        self.now = now
        if !session.receive(bytes) { end(.enhanceYourCalm) }
    }

    /// Appends what is to be sent, at most about `maximumBytes`.
    func send(into buffer: inout ByteBuffer, maximumBytes: Int) {
        repeat {
            if !session.send(into: &buffer, maximumBytes: maximumBytes) {
                hasFailed = true
                isOver = true
            }
        } while !isOver && buffer.readableBytes < maximumBytes && (goOn() || !early.isEmpty && resetEarly())
        if !session.isAlive { isOver = true }
    }

    /// Whether nothing will be sent any more.
    var isComplete: Bool { isOver && (hasFailed || !session.wantsToSend) }

    /// The server stops: the client is told to go elsewhere, and calls that wait for news hear of it.
    func drain() {
        guard !isOver else { return }
        isDraining = true
        session.announceEnd()
        refreshOpenCalls()
        endOpenCalls()
    }

    /// Takes no further request. With none open but those that wait for news, the connection is over once this is sent.
    func closeWhenIdle() {
        guard !isOver else { return }
        session.refuseFurther()
        endOpenCalls()
    }

    /// Ends what takes too long; tells calls that stay open what is new.
    func checkTimes(at now: NIODeadline) {
        guard !isOver else { return }
        self.now = now
        let requestTimeout = TimeAmount(requestLimits.requestTimeout)
        if !hasSettings, now - lastUse >= requestTimeout { return end(.none) }
        let idleTimeout = TimeAmount(hasRequest ? requestLimits.idleTimeout : requestLimits.requestTimeout)
        if streams.isEmpty, now - lastUse >= idleTimeout { return end(.none) }
        for stream in openStreams
        where stream.method?.staysOpen != true || !stream.isAnswered || stream.isFinished {
            let age = now - stream.began
            guard
                age >= (isPausing(stream) && !stream.hasOutput ? TimeAmount(requestLimits.idleTimeout) : requestTimeout)
            else {
                continue
            }
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

    /// - Parameter isLast: Whether it ends a request, where it is one of DATA. That asks for an answer, however little is in it.
    /// - Returns: `false` where the client does too much of what asks for nothing.
    func frameBegan(_ frame: HTTP2Frame, byteCount: Int, isLast: Bool) -> Bool {
        switch frame {
        case .headers:
            continuations = 0
            return true
        case .continuation:
            continuations += 1
            return continuations <= limits.maximumContinuations
        case .data: return byteCount > 0 || isLast || idleFrames.take(at: now)
        // Counted by what is reset.
        case .reset: return true
        case .windowUpdate: return smallFrames.take(at: now)
        case .settings, .other: return idleFrames.take(at: now)
        }
    }

    /// A proxy resets the checks of its clients when these go away, many of them in the time that their answers take to it.
    ///
    /// - Parameter stream: `nil` where it is closed already.
    /// - Returns: `false` where the client does that too often.
    func resetBegan(_ stream: HTTP2Stream?) -> Bool {
        if let stream, !stream.isAnswered { return resets.take(at: now) }
        return smallFrames.take(at: now)
    }

    /// So many bytes of answers have gone.
    func taken(_ count: Int) {
        unreadBytes -= count
    }

    func settingsArrived() {
        hasSettings = true
    }

    func streamBegan(_ id: Int32) -> Unmanaged<HTTP2Stream> {
        let reference = pool.take()
        reference._withUnsafeGuaranteedRef { stream in
            stream.begin(id: id, peer: peer, at: now)
            stream.place = streams.count
        }
        streams.append(reference)
        recentID = id
        recentStream = reference
        lastUse = now
        hasRequest = true
        smallFrames.give(limits.smallFramesPerRequest)
        return reference
    }

    func data(_ bytes: Span<UInt8>, of stream: HTTP2Stream) {
        guard !stream.isAnswered else { return session.consume(bytes.count) }
        stream.heldBytes += bytes.count
        stream.intake.appendBody(bytes)
        if let problem = stream.intake.problem { return refuse(stream, problem) }
        if let method = stream.method, !stream.isWaiting { takeMessages(of: stream, method) }
    }

    func requestEnded(_ stream: HTTP2Stream) {
        stream.hasEnded = true
        guard !stream.isAnswered, !stream.isWaiting else { return }
        guard unreadBytes <= limits.maximumUnreadBytes else { return wait(stream) }
        if let method = stream.method { return callEnded(stream, method) }
        answered(stream)
        service.answer(&stream.intake) { answer in submit(answer, stream) }
        release(stream)
    }

    func streamClosed(_ reference: Unmanaged<HTTP2Stream>) {
        let place = reference._withUnsafeGuaranteedRef { stream in
            stream.hasEnded = true
            answered(stream)
            if !early.isEmpty { early.removeAll { $0 === stream } }
            keptBytes -= stream.keptBytes
            unreadBytes -= stream.unreadBytes
            lastUse = now
            if recentID == stream.id { recentStream = nil }
            return stream.place
        }
        let last = streams.removeLast()
        if place < streams.count {
            last._withUnsafeGuaranteedRef { $0.place = place }
            streams[place] = last
        }
        pool.giveBack(reference)
    }

    // MARK: News

    /// Asks again for the calls that stay open, and sends what differs from the last time.
    private func refreshOpenCalls() {
        for stream in openStreams where stream.isAnswered && !stream.isFinished {
            guard let method = stream.method, method.staysOpen else { continue }
            let message = stream.watchedMessage
            service.reply(to: message.span, of: method, from: peer) { reply in
                // Once each, whether or not the client has taken the one before.
                if reply.status == .ok, stream.lastMessage != reply.bytes { take(reply, of: stream) }
            }
            if stream.hasOutput { sendOutput(of: stream) }
        }
    }
}
