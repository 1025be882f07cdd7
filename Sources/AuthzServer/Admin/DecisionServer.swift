package import Logging
import NIOPosix
import ServiceLifecycle

/// The two listeners, open from the start, and their orderly end.
package struct DecisionServer: Service {
    /// Where checks are answered, with the port that was chosen.
    package var checkAddress: ListenAddress { checks.address }
    package var adminAddress: ListenAddress { admin.address }

    private let checks: HTTPListener
    private let admin: HTTPListener
    private let health: ServerHealth
    private let drainTimeout: Duration
    private let drainDelay: Duration
    private let logger: Logger

    /// Opens both listeners, on as many event loops as there are cores; on an error neither stays open.
    ///
    /// - Parameter tls: What `configuration.tls` names.
    package static func open(
        _ configuration: ServerConfiguration, checks: CheckResponder, admin: AdminResponder, health: ServerHealth,
        tls: TLSStore? = nil, logger: Logger
    ) async throws(ListenError) -> DecisionServer {
        precondition((tls == nil) == (configuration.tls == nil), "a listener without the TLS that was asked for")
        let group = MultiThreadedEventLoopGroup.singleton
        let adminListener = try await HTTPListener.open(
            configuration.adminListen, on: group, responder: admin, trustedCallers: TrustedCallers(),
            limits: configuration.limits)
        let checkListener: HTTPListener
        do throws(ListenError) {
            checkListener = try await HTTPListener.open(
                configuration.listen, on: group, responder: checks, trustedCallers: configuration.trustedCallers,
                limits: configuration.limits, tls: tls)
        } catch {
            await adminListener.drain(within: .zero)
            throw error
        }
        return DecisionServer(
            checks: checkListener, admin: adminListener, health: health, configuration: configuration, logger: logger)
    }

    private init(
        checks: HTTPListener, admin: HTTPListener, health: ServerHealth, configuration: ServerConfiguration,
        logger: Logger
    ) {
        self.checks = checks
        self.admin = admin
        self.health = health
        drainTimeout = configuration.drainTimeout
        drainDelay = configuration.drainDelay
        self.logger = logger
    }

    /// Serves until the group shuts down: then it is not ready, after the drain delay accepts nobody, finishes what is in flight, and
    /// returns within the drain timeout; at once where its task is cancelled. The admin listener answers to the end.
    package func run() async throws {
        try? await gracefulShutdown()
        health.beginDraining()
        logger.info("draining")
        if drainDelay > .zero { try? await Task.sleep(for: drainDelay) }
        await checks.drain(within: drainTimeout - drainDelay)
        await admin.drain(within: .zero)
        logger.info("stopped")
    }
}
