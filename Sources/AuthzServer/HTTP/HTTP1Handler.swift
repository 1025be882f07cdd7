import AuthzCore
import NIOCore
import NIOHTTP1

/// Moves requests from the HTTP/1 decoder to the responder, and its answers to the socket.
///
/// It knows nothing of checks: another codec needs a handler of its own like this one, and nothing else. A class because NIO
/// calls it by reference; it stays on one event loop.
final class HTTP1Handler<Responder: RequestResponder>: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let responder: Responder
    private let loop: LoopBox<Responder.LoopState>
    private let deadline: ConnectionDeadline
    private let peer: Peer
    private var intake: RequestIntake
    private var state = ConnectionState()
    private var omitsBody = false
    private var pending: ByteBuffer

    init(
        responder: Responder, loop: LoopBox<Responder.LoopState>, deadline: ConnectionDeadline, peer: Peer,
        limits: RequestLimits, allocator: ByteBufferAllocator
    ) {
        self.responder = responder
        self.loop = loop
        self.deadline = deadline
        self.peer = peer
        intake = RequestIntake(limits: limits)
        pending = allocator.buffer(capacity: 512)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard state.isOpen else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): take(head, context)
        case .body(let buffer): take(buffer, context)
        case .end: if state.isReceiving { answer(context) }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush(context)
        context.fireChannelReadComplete()
    }

    /// A client that does not read its answers is not read either, so they do not pile up here.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        context.channel.setOption(.autoRead, value: context.channel.isWritable).whenFailure { _ in }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event as? ConnectionEvent {
        case .drain: state.drain()
        case .closeIfIdle:
            if !state.isReceiving, !deadline.isReceiving { context.close(promise: nil) }
        case .requestTimedOut: refuse(.timedOut, context)
        case nil: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow: refuse(.headersTooLarge, context)
        case is HTTPParserError: refuse(.malformed, context)
        default: context.close(promise: nil)
        }
    }

    private func take(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        // Behind these, bytes would not be HTTP/1 any more; the check of such a request needs none.
        let leavesHTTP = head.method == .CONNECT || head.headers.contains(name: "upgrade")
        state.headArrived(keepsOpen: head.isKeepAlive && !leavesHTTP && head.version.major == 1)
        omitsBody = head.method == .HEAD
        deadline.requestBegan(at: context.eventLoop.now)
        intake.begin(peer: peer)
        intake.setMethod(head.method.rawValue.utf8.span)
        intake.setTarget(head.uri.utf8.span)
        for (name, value) in head.headers { intake.addHeader(name: name.utf8.span, value: value.utf8.span) }
        intake.endHead(requiresHost: head.version == .http1_1)
        if let problem = intake.problem { return refuse(problem, context) }
        if head.version == .http1_1, head.headers["expect"].contains(where: { $0.lowercased() == "100-continue" }) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
        }
    }

    private func take(_ body: ByteBuffer, _ context: ChannelHandlerContext) {
        guard state.isReceiving else { return }
        intake.appendBody(body.readableBytesUInt8Span)
        if let problem = intake.problem { refuse(problem, context) }
    }

    private func answer(_ context: ChannelHandlerContext) {
        let next = state.answered()
        deadline.requestEnded(at: context.eventLoop.now)
        responder.respond(to: &intake, in: &loop.state, with: &loop.answer)
        HTTP1AnswerWriter.write(
            loop.answer, to: &pending, omitsBody: omitsBody, closesConnection: next == .close)
        omitsBody = false
        if next == .close { finish(context) }
    }

    /// Answers what cannot be read to its end, and closes.
    private func refuse(_ problem: RequestProblem, _ context: ChannelHandlerContext) {
        guard state.isOpen else { return }
        state.refused()
        loop.answer.begin(status: problem.status, text: problem.text)
        HTTP1AnswerWriter.write(loop.answer, to: &pending, omitsBody: omitsBody, closesConnection: true)
        finish(context)
    }

    private func flush(_ context: ChannelHandlerContext) {
        guard pending.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(pending), promise: nil)
        pending.clear()
    }

    /// Sends what is pending and ends our side. The client's side stays open until it closes or the deadline comes, because
    /// closing over unread bytes would reset the connection and take the answer with it.
    private func finish(_ context: ChannelHandlerContext) {
        flush(context)
        context.close(mode: .output, promise: nil)
        deadline.requestEnded(at: context.eventLoop.now)
        let channel = context.channel
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
    }
}
