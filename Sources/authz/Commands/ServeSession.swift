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
    private let logger: Logger
    /// The lines of the log on their way to standard error, where nobody may be reading.
    private let lines: LineQueue

    init(_ settings: ServeSettings) {
        self.settings = settings
        policies = ServedPolicies(settings: settings)
        let stream = LogStream()
        let lines = LineQueue { stream.write($0) }
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
            StandardStream.standardError().write("authz: error: \(error)\n")
            return 2
        }
        defer { lines.close(within: .seconds(2)) }
        // From here on the signal no longer ends the process. One that comes before the server runs is a load then.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        do throws(InputError) {
            let (loaded, stamp) = try policies.loadAtRest()
            report(loaded.policies)
            return await serve(loaded.load.snapshot, stamp: stamp, hangups)
        } catch {
            report(error.diagnostics, error.sources)
            return 2
        }
    }

    /// Nobody may be reading standard error, so nothing is written there but by the thread of ``lines``.
    private func say(_ text: String) {
        lines.offer(Array(text.utf8), isUrgent: true)
    }

    private func report(_ policies: OfflinePolicies) {
        report(policies.warnings, policies.sources)
        if settings.isVerbose, let text = policies.skippedText { say(text) }
    }

    /// How many diagnostics are written. The lines that wait have a limit, and one that has no room is dropped.
    private static let maximumDiagnostics = 100

    private func report(_ diagnostics: [Diagnostic], _ sources: SourceTexts) {
        let errors = diagnostics.filter { $0.severity == .error }
        let shown = settings.isQuiet ? errors : diagnostics
        let others = shown.count - Self.maximumDiagnostics
        let renderer = DiagnosticRenderer(sources: sources)
        // Where not all are shown, what ends the start goes before.
        let ordered = others > 0 ? errors + shown.filter { $0.severity != .error } : shown
        for diagnostic in ordered.prefix(Self.maximumDiagnostics) { say(renderer.text(of: diagnostic)) }
        if others > 0 { say("authz: \(others) more \(others == 1 ? "problem is" : "problems are") not shown\n") }
    }

    private func serve(
        _ snapshot: ServedSnapshot, stamp: ReloadInputs.Stamp, _ hangups: UnixSignalsSequence
    ) async -> Int32 {
        let store = SnapshotStore(snapshot)
        let health = ServerHealth()
        let reload = ReloadBoard()
        let keys = KeyKeeper(
            store: store, schedule: settings.keySchedule, fetcher: settings.fetcher,
            options: settings.policies.limits.keyOptions, logger: logger)
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
            say("authz: error: \(error)\n")
            return 2
        }
        var configuration = settings.server
        configuration.limits.maximumConnections = FileDescriptorLimit.raised().connections(
            atMost: configuration.limits.maximumConnections, listeners: 2, keySources: keys.board.all.count,
            cores: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        // Before anybody can see that the server is ready, and stop it at once.
        let stops = await UnixSignalsSequence(trapping: .sigterm, .sigint)
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
            say("authz: error: \(error)\n")
            return 2
        }
        let reloader = PolicyReloader(
            inputs: policies.inputs, stamp: stamp,
            load: { [policies] (previous) throws(InputError) in try policies.load(after: previous).load }, store: store,
            keys: keys, board: reload, requests: hangups, logger: logger)
        let watchers = tls.map { [TLSFileWatcher($0, logger: logger)] } ?? []
        announce(server, snapshot)
        return await run([keys, reloader] + watchers + [server], until: stops)
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

    /// Runs until a signal says to stop: then services end in reverse order, so that keys are kept fresh until the last check is
    /// answered. A second signal ends them at once.
    private func run(_ services: [any Service], until stops: UnixSignalsSequence) async -> Int32 {
        // The group dumps its services at debug level, which tells nobody anything.
        var groupLogger = logger
        groupLogger.logLevel = max(logger.logLevel, .info)
        let group = ServiceGroup(services: services, logger: groupLogger)
        return await withTaskGroup(of: Int32.self) { tasks in
            tasks.addTask {
                do {
                    try await group.run()
                    return 0
                } catch is CancellationError {
                    return 1
                } catch {
                    say("authz: error: \(error)\n")
                    return 2
                }
            }
            tasks.addTask {
                var isStopping = false
                for await _ in stops {
                    if isStopping { break }
                    isStopping = true
                    await group.triggerGracefulShutdown()
                }
                return 1
            }
            let status = await tasks.next() ?? 0
            tasks.cancelAll()
            return status
        }
    }

    /// Says where it listens, and how to try it.
    private func announce(_ server: DecisionServer, _ snapshot: ServedSnapshot) {
        let policySet = snapshot.point.policySet
        let count = policySet.policyCount
        let workload = snapshot.defaultWorkload == nil ? policySet.workloadNames.first : nil
        let path = workload.map { "/workload/\($0)/check/" } ?? "/check/"
        say(
            """
            authz: checks on \(server.checkAddress), admin on \(server.adminAddress), \
            \(count) \(count == 1 ? "policy" : "policies")
            try: \(TryCommand(for: path, at: server.checkAddress, tls: settings.server.tls))

            """)
        logger.info(
            "listening",
            metadata: [
                "checks": "\(server.checkAddress)", "admin": "\(server.adminAddress)",
                "policySet": "\(policySet.digest)", "policies": .stringConvertible(count),
            ])
    }
}
