import AuthzCore
import AuthzEngine
import AuthzServer
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// Loads, listens and serves until the process is told to stop.
struct ServeSession {
    private let settings: ServeSettings
    private let console: Console
    private let logger: Logger

    init(_ settings: ServeSettings) {
        self.settings = settings
        console = Console(
            OutputSettings(
                format: .text, color: .never, isColorRefused: true, isQuiet: settings.isQuiet,
                isVerbose: settings.isVerbose))
        let level: Logger.Level = settings.isVerbose ? .debug : settings.isQuiet ? .warning : .info
        logger = Logger(label: "authz") { _ in
            JSONLogHandler(level: level, clock: WallClock.seconds) { line in
                StandardStream.standardError().write(line)
            }
        }
    }

    /// - Returns: The exit status.
    func run() async -> Int32 {
        do throws(InputError) {
            let policies = try OfflinePolicies.load(settings.policies)
            policies.report(to: console)
            guard let snapshot = snapshot(of: policies.decisionPoint) else { return 2 }
            return await serve(snapshot)
        } catch {
            console.report(error.diagnostics, error.sources)
            return 2
        }
    }

    /// `nil`, with a message, for a `--workload` that the inventory lacks.
    private func snapshot(of point: DecisionPoint) -> ServedSnapshot? {
        guard let name = settings.defaultWorkload else { return ServedSnapshot(point: point, defaultWorkload: nil) }
        if let workload = point.policySet.workload(named: name) {
            return ServedSnapshot(point: point, defaultWorkload: workload)
        }
        let nearest = NameSuggestion.nearest(to: name, among: point.policySet.workloadNames)
        let hint = nearest.map { "; did you mean \($0.quoted)?" } ?? ""
        console.messages.write("authz: error: the workload \(name.quoted) is not in the inventory\(hint)\n")
        return nil
    }

    private func serve(_ snapshot: ServedSnapshot) async -> Int32 {
        let store = SnapshotStore(snapshot)
        let health = ServerHealth()
        let keys = KeyServices(of: store, settings: settings, logger: logger)
        let checks = CheckResponder(
            store: store, settings: settings.server.checks, clock: WallClock.seconds,
            log: DecisionLog(logger: decisionLogger, level: settings.logsDecisions ? .info : .debug),
            isServing: { [board = keys.board] in
                Readiness(isDraining: health.isDraining, keysTried: board.allTried) == .ready
            })
        let tls: TLSStore?
        do throws(TLSFileError) {
            tls = try certificates()
        } catch {
            console.messages.write("authz: error: \(error)\n")
            return 2
        }
        var configuration = settings.server
        configuration.limits.maximumConnections = FileDescriptorLimit.raised().connections(
            atMost: configuration.limits.maximumConnections, listeners: 2, keySources: keys.board.all.count,
            cores: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let server: DecisionServer
        do throws(ListenError) {
            server = try await DecisionServer.open(
                configuration, checks: checks,
                admin: AdminResponder(
                    store: store, keys: keys.board, health: health,
                    metrics: [
                        BuildMetrics(version: ProductVersion.current), PolicyMetrics(store: store),
                        KeyMetrics(board: keys.board),
                    ] + (tls.map { [TLSMetrics(store: $0)] } ?? [])),
                health: health, tls: tls, logger: logger)
        } catch {
            console.messages.write("authz: error: \(error)\n")
            return 2
        }
        let text = readyText(server, snapshot)
        let announcement = ReadyAnnouncement { StandardStream.standardError().write(text) }
        let watchers = tls.map { [TLSFileWatcher($0, logger: logger)] } ?? []
        return await run(keys.services + watchers + [server, announcement])
    }

    private func certificates() throws(TLSFileError) -> TLSStore? {
        guard let files = settings.server.tls else { return nil }
        return try TLSStore(files, clock: WallClock.seconds, logger: logger)
    }

    /// With `-q` only what is wrong is logged, but for decisions where they were asked for.
    private var decisionLogger: Logger {
        var logger = logger
        if settings.logsDecisions { logger.logLevel = min(logger.logLevel, .info) }
        return logger
    }

    /// - Parameter services: They end in reverse order: keys are kept fresh until the last check is answered.
    private func run(_ services: [any Service]) async -> Int32 {
        // The group dumps its services at debug level, which tells nobody anything.
        var groupLogger = logger
        groupLogger.logLevel = max(logger.logLevel, .info)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: groupLogger))
        do {
            try await group.run()
            return 0
        } catch {
            console.messages.write("authz: error: \(error)\n")
            return 2
        }
    }

    /// Where it listens, and how to try it.
    private func readyText(_ server: DecisionServer, _ snapshot: ServedSnapshot) -> String {
        let policySet = snapshot.point.policySet
        let count = policySet.policyCount
        let workload = snapshot.defaultWorkload == nil ? policySet.workloadNames.first : nil
        let path = workload.map { "/workload/\($0)/check/" } ?? "/check/"
        return """
            authz: checks on \(server.checkAddress), admin on \(server.adminAddress), \
            \(count) \(count == 1 ? "policy" : "policies")
            try: \(TryCommand(for: path, at: server.checkAddress, tls: settings.server.tls))

            """
    }
}

/// Says that the server is ready, once the group that runs it takes signals: whoever waits for that line may stop it at once.
private struct ReadyAnnouncement: Service {
    let write: @Sendable () -> Void

    func run() async throws {
        write()
        try await gracefulShutdown()
    }
}
