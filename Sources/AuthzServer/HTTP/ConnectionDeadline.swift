import NIOCore

/// Closes a connection that sends nothing for long, or does not take its answers, and ends a request that takes too long to arrive.
///
/// It stands in front of the codec, so a head that arrives byte by byte counts from its first byte.
final class ConnectionDeadline: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private enum Phase {
        case idle(since: NIODeadline)
        case receiving(since: NIODeadline)
        /// Nothing is read or answered any more.
        case ending(since: NIODeadline)
    }

    private let requestTimeout: TimeAmount
    private let idleTimeout: TimeAmount
    private var phase: Phase
    /// Since when the client does not take what it is sent.
    private var blockedSince: NIODeadline?
    private var check: Scheduled<Void>?

    init(limits: RequestLimits, now: NIODeadline) {
        requestTimeout = TimeAmount(limits.requestTimeout)
        idleTimeout = TimeAmount(limits.idleTimeout)
        // A connection counts as a request at first: one that never sends anything is not worth keeping.
        phase = .receiving(since: now)
    }

    /// Whether bytes have come since the last request ended.
    private(set) var isReceiving = false

    /// The codec has seen a head or a part of one. Its bytes may have come together with the request before it.
    func requestBegan(at now: @autoclosure () -> NIODeadline) {
        if case .idle = phase { phase = .receiving(since: now()) }
        isReceiving = true
    }

    /// The codec has seen the end of a request, and nothing of a next one yet.
    func requestEnded(at now: NIODeadline) {
        phase = .idle(since: now)
        isReceiving = false
    }

    /// The last answer is on its way, and the connection ends once the client has taken it.
    func lastAnswerWritten(at now: NIODeadline) {
        phase = .ending(since: now)
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

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        blockedSince = context.channel.isWritable ? nil : context.eventLoop.now
        context.fireChannelWritabilityChanged()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        requestBegan(at: context.eventLoop.now)
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
        let now = context.eventLoop.now
        if let blockedSince, isLong(now - blockedSince) { return context.close(promise: nil) }
        switch phase {
        case .ending(let since) where isLong(now - since): context.close(promise: nil)
        case .idle(let since) where now - since >= idleTimeout: context.close(promise: nil)
        case .receiving(let since) where now - since >= requestTimeout:
            phase = .idle(since: now)
            if isReceiving {
                context.fireUserInboundEventTriggered(ConnectionEvent.requestTimedOut)
            } else {
                context.close(promise: nil)
            }
            scheduleCheck(context)
        case .idle, .receiving, .ending: scheduleCheck(context)
        }
    }

    /// Whether a client that has not taken its answers in this time is not waited for.
    private func isLong(_ time: TimeAmount) -> Bool { time.nanoseconds / 4 >= requestTimeout.nanoseconds }
}
