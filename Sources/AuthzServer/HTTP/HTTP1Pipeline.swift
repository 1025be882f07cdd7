package import AuthzCore
package import NIOCore

/// Builds the handlers of HTTP/1 connections that one responder answers.
package struct HTTP1Pipeline<Responder: RequestResponder>: Sendable {
    private let responder: Responder
    private let loops: LoopBoxes<Responder>
    private let trustedProxies: [CIDRBlock]
    private let limits: RequestLimits

    /// - Parameter group: The event loops on which the connections will live.
    package init(
        responder: Responder, on group: any EventLoopGroup, trustedProxies: [CIDRBlock], limits: RequestLimits
    ) {
        self.init(
            responder: responder, loops: LoopBoxes(responder, on: group, limits: limits),
            trustedProxies: trustedProxies, limits: limits)
    }

    init(responder: Responder, loops: LoopBoxes<Responder>, trustedProxies: [CIDRBlock], limits: RequestLimits) {
        self.responder = responder
        self.loops = loops
        self.trustedProxies = trustedProxies
        self.limits = limits
    }

    /// Adds the handlers to a new connection, on its event loop.
    package func configure(_ channel: any Channel) throws {
        let deadline = ConnectionDeadline(limits: limits, now: channel.eventLoop.now)
        let peer = Peer(of: channel, trustedProxies: trustedProxies)
        let handler = HTTP1Handler(
            responder: responder, loop: loops.box(of: channel.eventLoop), deadline: deadline, peer: peer,
            limits: limits, allocator: channel.allocator)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(deadline)
        try pipeline.addHandler(handler)
    }
}

extension Peer {
    /// Whoever is at the other end of the connection.
    init(of channel: any Channel, trustedProxies: [CIDRBlock]) {
        self.init(address: channel.remoteAddress.flatMap(IPAddress.init), trustedProxies: trustedProxies)
    }
}

extension IPAddress {
    /// `nil` for a Unix socket.
    fileprivate init?(_ address: SocketAddress) {
        guard let text = address.ipAddress else { return nil }
        self.init(parsing: text.utf8.span, allowsZone: true)
    }
}
