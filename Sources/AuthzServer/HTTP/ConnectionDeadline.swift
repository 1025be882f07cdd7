import NIOCore

/// Closes a connection that sends nothing for long, and ends a request that takes too long to arrive.
///
/// It stands in front of the codec, so a head that arrives byte by byte counts from its first byte.
final class ConnectionDeadline: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private enum Phase {
        case idle(since: NIODeadline)
        case receiving(since: NIODeadline)
    }

    private let requestTimeout: TimeAmount
    private let idleTimeout: TimeAmount
    @exclusivity(unchecked) private var phase: Phase
    /// Time of the last bytes, or of the last check. What happens meanwhile happens then: clocks were read five times a request.
    @exclusivity(unchecked) private var now: NIODeadline
    private var check: Scheduled<Void>?

    init(limits: RequestLimits, now: NIODeadline) {
        requestTimeout = TimeAmount(limits.requestTimeout)
        idleTimeout = TimeAmount(limits.idleTimeout)
        // A connection counts as a request at first: one that never sends anything is not worth keeping.
        phase = .receiving(since: now)
        self.now = now
    }

    /// Whether bytes have come since the last request ended.
    private(set) var isReceiving = false

    /// The codec has seen a head or a part of one. Its bytes may have come together with the request before it.
    func requestBegan() {
        if case .idle = phase { phase = .receiving(since: now) }
        isReceiving = true
    }

    /// The codec has seen the end of a request, and nothing of a next one yet.
    func requestEnded() {
        phase = .idle(since: now)
        isReceiving = false
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
        now = context.eventLoop.now
        requestBegan()
        context.fireChannelRead(data)
    }

    /// One check every quarter of the shorter time, so that no request needs a timer of its own.
    private func scheduleCheck(_ context: ChannelHandlerContext) {
        let loop = context.eventLoop.assumeIsolated()
        check = loop.scheduleTask(in: .nanoseconds(max(min(requestTimeout, idleTimeout).nanoseconds / 4, 1_000_000))) {
            self.checkNow(context)
        }
    }

    private func checkNow(_ context: ChannelHandlerContext) {
        now = context.eventLoop.now
        switch phase {
        case .idle(let since) where now - since >= idleTimeout: context.close(promise: nil)
        case .receiving(let since) where now - since >= requestTimeout:
            phase = .idle(since: now)
            if isReceiving {
                context.fireUserInboundEventTriggered(ConnectionEvent.requestTimedOut)
            } else {
                context.close(promise: nil)
            }
            scheduleCheck(context)
        case .idle, .receiving: scheduleCheck(context)
        }
    }
}
