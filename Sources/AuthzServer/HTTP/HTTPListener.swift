package import AuthzCore
package import NIOCore
import NIOPosix

/// An open port whose connections are answered by one responder, until it is drained.
package struct HTTPListener: Sendable {
    /// Where it listens, with the port that was chosen.
    package let address: ListenAddress
    private let channel: any Channel
    private let connections: ConnectionRegistry

    /// How long an idle connection is kept when draining: a proxy that has just sent a check still gets its answer, with
    /// word that the connection ends.
    private static let idleGrace = Duration.milliseconds(250)

    /// Opens the port.
    package static func open(
        _ address: ListenAddress, on group: any EventLoopGroup, responder: some RequestResponder,
        trustedProxies: [CIDRBlock], limits: RequestLimits
    ) async throws(ListenError) -> HTTPListener {
        let connections = ConnectionRegistry(maximum: limits.maximumConnections)
        let pipeline = ConnectionPipeline(
            responder: responder, on: group, trustedProxies: trustedProxies, limits: limits)
        do {
            let channel = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        guard connections.add(channel) else { throw TooManyConnections() }
                        try pipeline.configure(channel)
                    }
                }
                .bind(host: address.host, port: address.port).get()
            let bound = ListenAddress(host: address.host, port: channel.localAddress?.port ?? address.port)
            return HTTPListener(address: bound, channel: channel, connections: connections)
        } catch {
            throw ListenError(error, at: address)
        }
    }

    /// Accepts nobody any more, lets each connection finish what it is receiving, and returns when all are closed: at the
    /// latest after `timeout`.
    package func drain(within timeout: Duration) async {
        connections.close()
        connections.send(.drain)
        try? await channel.close()
        guard !connections.isEmpty else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await connections.waitUntilEmpty() }
            group.addTask {
                let grace = min(Self.idleGrace, timeout / 2)
                try? await Task.sleep(for: grace)
                connections.send(.closeIfIdle)
                try? await Task.sleep(for: timeout - grace)
                connections.closeAll()
            }
            await group.next()
            group.cancelAll()
        }
    }
}

/// Ends the set-up of a connection above the limit, which closes it.
private struct TooManyConnections: Error {}
