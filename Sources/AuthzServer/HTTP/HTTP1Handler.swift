import AuthzCore
import NIOCore

/// Moves requests from a connection's bytes to the responder, and its answers to the socket.
///
/// It knows nothing of checks: another codec needs a handler of its own like this one, and nothing else. A class because NIO
/// calls it by reference; it stays on one event loop.
final class HTTP1Handler<Responder: RequestResponder>: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let responder: Responder
    private let loop: LoopBox<Responder.LoopState>
    private let peer: Peer
    private let activity: ConnectionActivity?
    // Nothing here calls back into the handler, so accesses cannot overlap and are not checked for it.
    @exclusivity(unchecked) private var deadline: ConnectionDeadline
    private var check: Scheduled<Void>?
    @exclusivity(unchecked) private var intake: RequestIntake
    @exclusivity(unchecked) private var state = ConnectionState()
    @exclusivity(unchecked) private var parser: HTTP1Parser
    /// What has come and is not consumed: part of a line, or more where the client does not take its answers.
    @exclusivity(unchecked) private var unread: ByteBuffer
    /// How much memory that has.
    var unreadCapacity: Int { unread.capacity }
    /// How much memory the body of the last request still has.
    var bodyCapacity: Int { intake.body.capacity }
    /// How much memory there is for answers, and for the head of the last request.
    var keptCapacity: Int { pending.capacity + intake.request.storage.capacity }
    @exclusivity(unchecked) private var pending: ByteBuffer
    /// Whether the client does not take what it is sent.
    private var isBlocked = false
    /// Whether reading stopped for that.
    private var isStopped = false
    /// Whether requests are being read, or answers sent.
    private var isBusy = false
    /// More bytes of answers are not gathered, but sent.
    private static var maximumPendingBytes: Int { 64 << 10 }
    /// How much memory for answers is kept for the next one.
    private static var keptPendingBytes: Int { 8 << 10 }

    init(
        responder: Responder, loop: LoopBox<Responder.LoopState>, deadline: ConnectionDeadline,
        activity: ConnectionActivity? = nil, peer: Peer,
        limits: RequestLimits, allocator: ByteBufferAllocator
    ) {
        self.responder = responder
        self.loop = loop
        self.deadline = deadline
        self.activity = activity
        self.peer = peer
        intake = RequestIntake(limits: limits)
        parser = HTTP1Parser(limits: limits)
        unread = allocator.buffer(capacity: 0)
        pending = allocator.buffer(capacity: 512)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        scheduleCheck(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        check?.cancel()
        check = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        check?.cancel()
        check = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = context.eventLoop.now
        activity?.note(at: now)
        deadline.bytesCame(at: now)
        guard state.isOpen else { return }
        var bytes = unwrapInboundIn(data)
        if unread.readableBytes > 0 {
            unread.writeBuffer(&bytes)
            swap(&unread, &bytes)
            unread.clear()
        }
        consume(&bytes, context)
    }

    private func consume(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) {
        isBusy = true
        let consumed = read(bytes, context)
        isBusy = false
        guard state.isOpen else { return }
        if parser.isReceiving {
            deadline.requestBegan()
        } else if state.hasAnswered {
            // An empty line behind a request begins none.
            deadline.requestEnded()
        }
        // Only what is left is kept: the buffer of a client that never stops in between would grow with all that it sends.
        bytes.moveReaderIndex(forwardBy: consumed)
        if bytes.readableBytes > 0 { unread.writeBuffer(&bytes) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush(context)
        goOn(context)
        context.fireChannelReadComplete()
    }

    /// A client that does not read its answers is not read either, nor is what has come answered, so that nothing piles up here.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isBlocked = !context.channel.isWritable
        deadline.writabilityChanged(to: !isBlocked, at: context.eventLoop.now)
        context.channel.setOption(.autoRead, value: !isBlocked).whenFailure { _ in }
        goOn(context)
        context.fireChannelWritabilityChanged()
    }

    /// Answers what came while the client did not take answers.
    private func goOn(_ context: ChannelHandlerContext) {
        while isStopped, !isBlocked, !isBusy, state.isOpen {
            var bytes = unread
            unread = context.channel.allocator.buffer(capacity: 0)
            consume(&bytes, context)
            flush(context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event as? ConnectionEvent {
        case .drain: state.drain()
        case .closeIfIdle:
            // What has come whole and waits for its turn is as good as being received.
            guard !deadline.isReceiving, state.isOpen, !isStopped || unread.readableBytes == 0 else { return }
            state.refused()
            context.endOutput(thenCloseAfter: .zero)
            deadline.lastAnswerWritten()
        case nil: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// - Returns: How many bytes are done with.
    private func read(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) -> Int {
        let span = bytes.readableBytesUInt8Span
        var offset = 0
        isStopped = false
        while state.isOpen, !isBlocked {
            switch parser.next(span, at: &offset, into: &intake, from: peer) {
            case .needsBytes: return offset
            case .headEnded: headEnded(context)
            case .requestEnded: answer(context)
            case .refused(let problem): refuse(problem, context)
            }
        }
        isStopped = state.isOpen
        return offset
    }

    private func headEnded(_ context: ChannelHandlerContext) {
        state.headArrived(keepsOpen: parser.framing.keepsOpen)
        deadline.requestBegan()
        intake.keepsBody = parser.framing.body == .none || responder.readsBody(of: intake.request)
        guard parser.framing.awaitsContinue, parser.framing.body != .none else { return }
        flush(context)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }

    private func answer(_ context: ChannelHandlerContext) {
        let next = state.answered()
        deadline.requestEnded()
        responder.respond(to: &intake, in: &loop.state, with: &loop.answer)
        HTTP1AnswerWriter.write(
            loop.answer, to: &pending, omitsBody: parser.framing.omitsAnswerBody, closesConnection: next == .close)
        intake.releaseMemory()
        if next == .close {
            finish(context)
        } else if pending.readableBytes >= Self.maximumPendingBytes {
            flush(context)
        }
    }

    /// Answers what cannot be read to its end, and closes.
    private func refuse(_ problem: RequestProblem, _ context: ChannelHandlerContext) {
        guard state.isOpen else { return }
        state.refused()
        responder.refused(for: problem, from: peer, in: &loop.state)
        loop.answer.begin(status: problem.status, text: problem.text)
        HTTP1AnswerWriter.write(
            loop.answer, to: &pending, omitsBody: parser.framing.omitsAnswerBody, closesConnection: true)
        finish(context)
    }

    private func scheduleCheck(_ context: ChannelHandlerContext) {
        let loop = context.eventLoop.assumeIsolated()
        check = loop.scheduleTask(in: deadline.interval) { self.checkNow(context) }
    }

    private func checkNow(_ context: ChannelHandlerContext) {
        switch deadline.look(at: context.eventLoop.now) {
        case .nothing: break
        case .close: return context.close(promise: nil)
        case .endRequest: refuse(.timedOut, context)
        }
        scheduleCheck(context)
    }

    private func flush(_ context: ChannelHandlerContext) {
        guard pending.readableBytes > 0 else { return }
        // A write that fills the channel, or empties it, says so at once, from within.
        let wasBusy = isBusy
        isBusy = true
        defer { isBusy = wasBusy }
        context.writeAndFlush(wrapOutboundOut(pending), promise: nil)
        if pending.capacity > Self.keptPendingBytes {
            pending = context.channel.allocator.buffer(capacity: 512)
        } else {
            pending.clear()
        }
    }

    /// Sends what is pending and ends our side. The client's side stays open until it closes or the deadline comes, because
    /// closing over unread bytes would reset the connection and take the answer with it.
    private func finish(_ context: ChannelHandlerContext) {
        flush(context)
        context.endOutput(thenCloseAfter: .seconds(1))
        deadline.lastAnswerWritten()
    }
}
