package import NIOCore

/// Builds the handlers of HTTP/1 connections that one responder answers.
package struct HTTP1Pipeline<Responder: RequestResponder>: Sendable {
    private let responder: Responder
    private let loops: LoopBoxes<Responder>
    private let trustedCallers: TrustedCallers
    private let limits: RequestLimits

    /// - Parameter group: The event loops on which the connections will live.
    package init(
        responder: Responder, on group: any EventLoopGroup, trustedCallers: TrustedCallers, limits: RequestLimits
    ) {
        self.init(
            responder: responder, loops: LoopBoxes(responder, on: group, limits: limits),
            trustedCallers: trustedCallers, limits: limits)
    }

    init(responder: Responder, loops: LoopBoxes<Responder>, trustedCallers: TrustedCallers, limits: RequestLimits) {
        self.responder = responder
        self.loops = loops
        self.trustedCallers = trustedCallers
        self.limits = limits
    }

    /// Adds the handlers to a new connection, on its event loop.
    ///
    /// - Parameter certificate: The client's, which the listener has verified.
    package func configure(_ channel: any Channel, certificate: ClientCertificate? = nil) throws {
        try configure(channel, certificate: certificate, activity: nil)
    }

    /// - Parameter activity: Told when bytes come.
    func configure(
        _ channel: any Channel, certificate: ClientCertificate?, activity: ConnectionActivity?
    ) throws {
        let deadline = ConnectionDeadline(limits: limits, now: channel.eventLoop.now)
        let peer = Peer(of: channel, certificate: certificate, trustedCallers: trustedCallers)
        let handler = HTTP1Handler(
            responder: responder, loop: loops.box(of: channel.eventLoop), deadline: deadline, activity: activity,
            peer: peer,
            limits: limits, allocator: channel.allocator)
        try channel.pipeline.syncOperations.addHandler(handler)
    }
}
