import NIOCore

/// Tells HTTP/2 from HTTP/1 by the first bytes of a connection, adds the handlers for it, and removes itself.
///
/// HTTP/2 begins with a preface that is no request of HTTP/1 (RFC 9113 §3.4). Whoever begins like it and goes on otherwise is
/// told by the codec of HTTP/1; who does not say enough in time is disconnected. A class because NIO calls it by reference.
final class ProtocolSniffer: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    enum Wire { case http1, http2 }

    private static let preface: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

    private let timeout: TimeAmount
    private let install: (Wire, ChannelHandlerContext) throws -> Void
    private var received: ByteBuffer?
    private var isDraining = false
    private var deadline: Scheduled<Void>?

    /// - Parameter install: Adds the handlers behind the context's.
    init(timeout: TimeAmount, install: @escaping (Wire, ChannelHandlerContext) throws -> Void) {
        self.timeout = timeout
        self.install = install
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if var received {
            received.writeBuffer(&bytes)
            bytes = received
        }
        received = bytes
        let view = bytes.readableBytesView
        let common = Self.preface.withUTF8Buffer { preface in
            zip(view, preface).prefix { $0 == $1 }.count
        }
        if common == Self.preface.utf8CodeUnitCount {
            begin(.http2, context)
        } else if common < view.count {
            begin(.http1, context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event as? ConnectionEvent {
        case .drain: isDraining = true
        case .closeIfIdle: context.close(promise: nil)
        case nil: context.fireUserInboundEventTriggered(event)
        }
    }

    private func begin(_ wire: Wire, _ context: ChannelHandlerContext) {
        guard let bytes = received else { return }
        received = nil
        do {
            try install(wire, context)
        } catch {
            return context.close(promise: nil)
        }
        if isDraining { context.fireUserInboundEventTriggered(ConnectionEvent.drain) }
        context.fireChannelRead(wrapInboundOut(bytes))
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
