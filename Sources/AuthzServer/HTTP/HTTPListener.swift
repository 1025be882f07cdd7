package import NIOCore
import NIOPosix

/// An open port, or Unix socket, whose connections are answered by one responder, until it is drained.
package struct HTTPListener: Sendable {
    /// Where it listens, with the port that was chosen.
    package let address: ListenAddress
    private let channel: any Channel
    private let connections: ConnectionRegistry
    private let socketFile: UnixSocketFile?

    /// How long an idle connection is kept when draining: a proxy that has just sent a check still gets its answer, with
    /// word that the connection ends.
    private static let idleGrace = Duration.milliseconds(250)

    /// Opens the port, or makes the Unix socket.
    ///
    /// - Parameter tls: `nil` for connections without TLS.
    package static func open(
        _ address: ListenAddress, on group: any EventLoopGroup, responder: some RequestResponder,
        trustedCallers: TrustedCallers, limits: RequestLimits, tls: TLSStore? = nil
    ) async throws(ListenError) -> HTTPListener {
        let connections = ConnectionRegistry(
            maximum: limits.maximumConnections, minimumIdleTime: TimeAmount(limits.minimumIdleTime),
            closingTime: TimeAmount(limits.closingTime))
        let pipeline = ConnectionPipeline(
            responder: responder, on: group, trustedCallers: trustedCallers, limits: limits, tls: tls)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let activity = connections.add(channel, at: channel.eventLoop.now) else {
                        throw TooManyConnections()
                    }
                    try pipeline.configure(channel, activity: activity)
                }
            }
        switch address {
        case .network(let host, let port):
            return try await open(host, port, at: address, bootstrap, connections)
        case .unixSocket(let path):
            return try await open(path, at: address, bootstrap, connections)
        }
    }

    private static func open(
        _ host: String, _ port: Int, at address: ListenAddress, _ bootstrap: ServerBootstrap,
        _ connections: ConnectionRegistry
    ) async throws(ListenError) -> HTTPListener {
        do {
            let channel =
                try await bootstrap
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: host, port: port).get()
            let bound = ListenAddress(host: host, port: channel.localAddress?.port ?? port)
            return HTTPListener(address: bound, channel: channel, connections: connections, socketFile: nil)
        } catch {
            throw ListenError(error, at: address)
        }
    }

    private static func open(
        _ path: String, at address: ListenAddress, _ bootstrap: ServerBootstrap, _ connections: ConnectionRegistry
    ) async throws(ListenError) -> HTTPListener {
        let (file, descriptor) = try UnixSocketFile.bind(path, at: address)
        do {
            let channel = try await bootstrap.withBoundSocket(descriptor).get()
            return HTTPListener(address: address, channel: channel, connections: connections, socketFile: file)
        } catch {
            file.remove()
            throw ListenError(error, at: address)
        }
    }

    /// Accepts nobody any more, lets each connection finish what it is receiving, and returns when all are closed: at the
    /// latest after `timeout`.
    package func drain(within timeout: Duration) async {
        connections.close()
        connections.send(.drain)
        try? await channel.close()
        socketFile?.remove()
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
