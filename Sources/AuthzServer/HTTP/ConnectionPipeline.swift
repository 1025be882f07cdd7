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
        guard let tls else { return try addSniffer(to: channel, certificate: nil) }
        let handler = NIOSSLServerHandler(context: tls.context)
        let handshake = TLSHandshake(handler, in: tls, timeout: TimeAmount(limits.requestTimeout)) {
            wire, certificate, context in
            switch wire {
            case .http1: try http1.configure(context.channel, certificate: certificate)
            case .http2: try addHTTP2(to: context.channel, certificate: certificate)
            case nil: try addSniffer(to: context.channel, certificate: certificate)
            }
        }
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.pipeline.syncOperations.addHandler(handshake)
    }

    private func addSniffer(to channel: any Channel, certificate: ClientCertificate?) throws {
        let sniffer = ProtocolSniffer(timeout: TimeAmount(limits.requestTimeout)) { wire, context in
            switch wire {
            case .http1: try http1.configure(context.channel, certificate: certificate)
            case .http2: try addHTTP2(to: context.channel, certificate: certificate)
            }
        }
        try channel.pipeline.syncOperations.addHandler(sniffer)
    }

    private func addHTTP2(to channel: any Channel, certificate: ClientCertificate?) throws {
        let loop = loops.box(of: channel.eventLoop)
        let connection = try HTTP2Connection(
            service: ResponderService(responder: responder, loop: loop), pool: loop.streams,
            peer: Peer(of: channel, certificate: certificate, trustedCallers: trustedCallers), limits: limits.http2,
            requestLimits: limits, now: channel.eventLoop.now)
        try channel.pipeline.syncOperations.addHandler(
            HTTP2Handler(
                connection: connection, limits: limits.http2, requestTimeout: TimeAmount(limits.requestTimeout),
                allocator: channel.allocator))
    }
}
