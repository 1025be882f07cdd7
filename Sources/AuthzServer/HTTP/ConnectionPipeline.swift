package import NIOCore
import NIOSSL

/// Builds the handlers of connections that one responder answers, over HTTP/1 or HTTP/2, with TLS or without.
package struct ConnectionPipeline<Responder: RequestResponder>: Sendable {
    private let responder: Responder
    private let http1: HTTP1Pipeline<Responder>
    private let loops: LoopBoxes<Responder>
    private let trustedCallers: TrustedCallers
    private let limits: RequestLimits
    private let tls: TLSStore?

    /// - Parameters:
    ///   - group: The event loops on which the connections will live.
    ///   - tls: `nil` for connections without TLS.
    package init(
        responder: Responder, on group: any EventLoopGroup, trustedCallers: TrustedCallers, limits: RequestLimits,
        tls: TLSStore? = nil
    ) {
        self.responder = responder
        loops = LoopBoxes(responder, on: group, limits: limits)
        http1 = HTTP1Pipeline(responder: responder, loops: loops, trustedCallers: trustedCallers, limits: limits)
        self.trustedCallers = trustedCallers
        self.limits = limits
        self.tls = tls
    }

    /// Adds the handlers of a new connection that tell its protocol, on its event loop.
    package func configure(_ channel: any Channel) throws {
        try configure(channel, activity: nil)
    }

    /// - Parameter activity: Told when bytes come.
    func configure(_ channel: any Channel, activity: ConnectionActivity?) throws {
        let watch = activity.map(ConnectionActivityHandler.init)
        if let watch { try channel.pipeline.syncOperations.addHandler(watch) }
        guard let tls else {
            // The codec notes its bytes by itself: a handler in front of it takes time with each read.
            return try addSniffer(to: channel, certificate: nil, activity: activity) { context in
                if let watch { context.pipeline.syncOperations.removeHandler(watch, promise: nil) }
            }
        }
        let handler = NIOSSLServerHandler(context: tls.context)
        let handshake = TLSHandshake(handler, in: tls, timeout: TimeAmount(limits.requestTimeout)) {
            wire, certificate, context in
            switch wire {
            case .http1: try http1.configure(context.channel, certificate: certificate)
            case .http2: try addHTTP2(to: context.channel, certificate: certificate)
            case nil: try addSniffer(to: context.channel, certificate: certificate, activity: nil) { _ in }
            }
        }
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.pipeline.syncOperations.addHandler(handshake)
    }

    /// - Parameter isKnown: Called once the protocol is known, and its codec added.
    private func addSniffer(
        to channel: any Channel, certificate: ClientCertificate?, activity: ConnectionActivity?,
        isKnown: @escaping (ChannelHandlerContext) -> Void
    ) throws {
        let sniffer = ProtocolSniffer(timeout: TimeAmount(limits.requestTimeout)) { wire, context in
            switch wire {
            case .http1: try http1.configure(context.channel, certificate: certificate, activity: activity)
            case .http2: try addHTTP2(to: context.channel, certificate: certificate, activity: activity)
            }
            isKnown(context)
        }
        try channel.pipeline.syncOperations.addHandler(sniffer)
    }

    private func addHTTP2(
        to channel: any Channel, certificate: ClientCertificate?, activity: ConnectionActivity? = nil
    ) throws {
        let loop = loops.box(of: channel.eventLoop)
        let connection = try HTTP2Connection(
            service: ResponderService(responder: responder, loop: loop), pool: loop.streams,
            peer: Peer(of: channel, certificate: certificate, trustedCallers: trustedCallers), limits: limits.http2,
            requestLimits: limits, now: channel.eventLoop.now)
        try channel.pipeline.syncOperations.addHandler(
            HTTP2Handler(
                connection: connection, activity: activity, limits: limits.http2,
                requestTimeout: TimeAmount(limits.requestTimeout),
                allocator: channel.allocator))
    }
}
