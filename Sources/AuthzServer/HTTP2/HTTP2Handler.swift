import NIOCore

/// Moves bytes between the socket and an HTTP/2 connection: one write for each read, and none while the client does not read.
///
/// A class because NIO calls it by reference; it stays on one event loop.
final class HTTP2Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: HTTP2Connection
    private let activity: ConnectionActivity?
    private let limits: HTTP2Limits
    private let requestTimeout: TimeAmount
    private var pending: ByteBuffer
    /// Whether something was sent since the last check.
    private var hasSent = false
    /// How much memory there is for what is sent.
    var pendingCapacity: Int { pending.capacity }
    /// How much of it is kept while nothing is sent.
    private static let idlePendingBytes = 4 << 10
    private var check: Scheduled<Void>?
    private var isClosing = false
    private var isFlushing = false
    /// Since when the client does not take what it is sent.
    private var blockedSince: NIODeadline?
    /// When our side ended.
    private var endedAt: NIODeadline?

    /// - Parameter activity: Told when bytes come.
    init(
        connection: HTTP2Connection, activity: ConnectionActivity? = nil, limits: HTTP2Limits,
        requestTimeout: TimeAmount, allocator: ByteBufferAllocator
    ) {
        self.connection = connection
        self.activity = activity
        self.limits = limits
        self.requestTimeout = requestTimeout
        pending = allocator.buffer(capacity: 1024)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        scheduleCheck(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        check?.cancel()
        check = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosing = true
        check?.cancel()
        check = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        let now = context.eventLoop.now
        activity?.note(at: now)
        unwrapInboundIn(data).withUnsafeReadableBytes { connection.receive($0, at: now) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush(context)
        context.fireChannelReadComplete()
    }

    /// A client that does not read is not read either, so that neither answers nor acknowledgments pile up.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        blockedSince = isWritable ? nil : context.eventLoop.now
        context.channel.setOption(.autoRead, value: isWritable).whenFailure { _ in }
        flush(context)
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event as? ConnectionEvent {
        case .drain: connection.drain()
        case .closeIfIdle: connection.closeWhenIdle()
        case nil: return context.fireUserInboundEventTriggered(event)
        }
        flush(context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func flush(_ context: ChannelHandlerContext) {
        // A write that fills the channel says so at once, from within: what is pending would be sent again.
        guard !isFlushing else { return }
        isFlushing = true
        defer { isFlushing = false }
        while !isClosing, context.channel.isWritable {
            connection.send(into: &pending, maximumBytes: limits.maximumWriteBytes)
            let isFull = pending.readableBytes >= limits.maximumWriteBytes
            if pending.readableBytes > 0 {
                hasSent = true
                context.writeAndFlush(wrapOutboundOut(pending), promise: nil)
                pending.clear()
            }
            if connection.isComplete { return finish(context) }
            guard isFull else { return }
        }
    }

    /// Ends our side. The client's stays open for a moment: closing over unread bytes would reset the connection and take the
    /// last frames with it.
    private func finish(_ context: ChannelHandlerContext) {
        isClosing = true
        endedAt = context.eventLoop.now
        context.endOutput(thenCloseAfter: .seconds(1))
    }

    /// One check every quarter of the time for a request, so that no request needs a timer of its own.
    private func scheduleCheck(_ context: ChannelHandlerContext) {
        let delay = TimeAmount.nanoseconds(max(requestTimeout.nanoseconds / 4, 1_000_000))
        check = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.checkNow(context) }
    }

    private func checkNow(_ context: ChannelHandlerContext) {
        let now = context.eventLoop.now
        // A client that reads nothing more does not even take the end.
        if let since = blockedSince ?? endedAt, (now - since).nanoseconds / 4 >= requestTimeout.nanoseconds {
            return context.close(promise: nil)
        }
        connection.checkTimes(at: now)
        flush(context)
        if !hasSent, pending.capacity > Self.idlePendingBytes {
            pending = context.channel.allocator.buffer(capacity: Self.idlePendingBytes)
        }
        hasSent = false
        scheduleCheck(context)
    }
}
