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
    private let policies: ServedPolicies
    private let console: Console
    private let logger: Logger
    /// The lines of the log on their way to standard error, where nobody may be reading.
    private let lines: LineQueue

    init(_ settings: ServeSettings) {
        self.settings = settings
        policies = ServedPolicies(settings: settings)
        console = Console(
            OutputSettings(
                format: .text, color: .never, isColorRefused: true, isQuiet: settings.isQuiet,
                isVerbose: settings.isVerbose))
        let lines = LineQueue { StandardStream.standardError().write($0) }
        self.lines = lines
        let level: Logger.Level = settings.isVerbose ? .debug : settings.isQuiet ? .warning : .info
        logger = Logger(label: "authz") { _ in
            JSONLogHandler(level: level, clock: WallClock.seconds) { line in lines.offer(line, isUrgent: true) }
        }
    }

    /// - Returns: The exit status.
    func run() async -> Int32 {
        do {
            try lines.start()
        } catch {
            console.messages.write("authz: error: \(error)\n")
            return 2
        }
        defer { lines.close(within: .seconds(2)) }
        do throws(InputError) {
            // Before anything is read: what changes from here on is noticed.
            let stamp = policies.inputs.stamp
            let loaded = try policies.load()
            loaded.policies.report(to: console)
            return await serve(loaded.load.snapshot, stamp: stamp)
        } catch {
            console.report(error.diagnostics, error.sources)
            return 2
        }
    }

    private func serve(_ snapshot: ServedSnapshot, stamp: ReloadInputs.Stamp) async -> Int32 {
        let store = SnapshotStore(snapshot)
        let health = ServerHealth()
        let reload = ReloadBoard()
        let keys = KeyKeeper(
            store: store, schedule: settings.keySchedule, fetcher: settings.fetcher,
            options: settings.policies.limits.keyOptions, logger: logger)
        // From here on the signal no longer ends the process.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let metrics = CheckMetrics(store: store)
        let log = decisionLog
        let checks = CheckResponder(
            store: store, settings: settings.server.checks, clock: WallClock.seconds,
            log: log, metrics: metrics,
            isServing: { Readiness(isDraining: health.isDraining, keysTried: keys.board.allTried) == .ready })
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
                    store: store, keys: keys.board, reload: reload, health: health,
                    metrics: [
                        BuildMetrics(version: ProductVersion.current),
                        ReadinessMetrics(keys: keys.board, health: health),
                        PolicyMetrics(store: store),
                        ReloadMetrics(store: store, board: reload), metrics,
                        LogMetrics(log: log),
                        KeyMetrics(board: keys.board),
                    ] + (tls.map { [TLSMetrics(store: $0)] } ?? [])),
                health: health, tls: tls, logger: logger)
        } catch {
            console.messages.write("authz: error: \(error)\n")
            return 2
        }
        let text = readyText(server, snapshot)
        let announcement = ReadyAnnouncement { StandardStream.standardError().write(text) }
        let reloader = PolicyReloader(
            inputs: policies.inputs, stamp: stamp,
            load: { [policies] (previous) throws(InputError) in try policies.load(after: previous).load }, store: store,
            keys: keys, board: reload, requests: hangups, logger: logger)
        let watchers = tls.map { [TLSFileWatcher($0, logger: logger)] } ?? []
        return await run([keys, reloader] + watchers + [server, announcement])
    }

    private func certificates() throws(TLSFileError) -> TLSStore? {
        guard let files = settings.server.tls else { return nil }
        return try TLSStore(files, clock: WallClock.seconds, logger: logger)
    }

    /// Decisions are logged where they were asked for, whatever `-q` says, and under `-v`.
    private var decisionLog: DecisionLog? {
        guard settings.logsDecisions || settings.isVerbose else { return nil }
        return DecisionLog(
            to: lines, level: settings.logsDecisions ? "info" : "debug", share: settings.decisionLogShare,
            clock: WallClock.seconds)
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
