package import AuthzCore
package import NIOCore

/// Builds the handlers of connections that one responder answers, over HTTP/1 or HTTP/2.
package struct ConnectionPipeline<Responder: RequestResponder>: Sendable {
    private let responder: Responder
    private let http1: HTTP1Pipeline<Responder>
    private let loops: LoopBoxes<Responder>
    private let trustedProxies: [CIDRBlock]
    private let limits: RequestLimits

    /// - Parameter group: The event loops on which the connections will live.
    package init(
        responder: Responder, on group: any EventLoopGroup, trustedProxies: [CIDRBlock], limits: RequestLimits
    ) {
        self.responder = responder
        loops = LoopBoxes(responder, on: group, limits: limits)
        http1 = HTTP1Pipeline(responder: responder, loops: loops, trustedProxies: trustedProxies, limits: limits)
        self.trustedProxies = trustedProxies
        self.limits = limits
    }

    /// Adds the handler that tells the protocol of a new connection, on its event loop.
    package func configure(_ channel: any Channel) throws {
        let sniffer = ProtocolSniffer(timeout: TimeAmount(limits.requestTimeout)) { wire, context in
            switch wire {
            case .http1: try http1.configure(context.channel)
            case .http2: try addHTTP2(to: context.channel)
            }
        }
        try channel.pipeline.syncOperations.addHandler(sniffer)
    }

    private func addHTTP2(to channel: any Channel) throws {
        let loop = loops.box(of: channel.eventLoop)
        let connection = try HTTP2Connection(
            service: ResponderService(responder: responder, loop: loop), pool: loop.streams,
            peer: Peer(of: channel, trustedProxies: trustedProxies), limits: limits.http2, requestLimits: limits,
            now: channel.eventLoop.now)
        try channel.pipeline.syncOperations.addHandler(
            HTTP2Handler(
                connection: connection, limits: limits.http2, requestTimeout: TimeAmount(limits.requestTimeout),
                allocator: channel.allocator))
    }
}
