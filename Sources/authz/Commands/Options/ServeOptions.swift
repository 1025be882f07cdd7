import ArgumentParser
import AuthzCore
import AuthzPolicy
import AuthzServer

/// The options of `authz serve` beside the policies.
struct ServeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where checks are answered: an address (default: 127.0.0.1:9191), where port 0 takes a free one, or unix:PATH.",
            valueName: "address"))
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "Where /healthz, /livez, /readyz, /metrics and /policies are answered (default: 127.0.0.1:9192).",
            valueName: "address"))
    var adminListen: String?

    @Option(
        help: ArgumentHelp("The workload of requests that name none.", valueName: "namespace/name"))
    var workload: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            """
            The proxies whose identity headers count (x-authz-..., x-forwarded-client-cert); unix: all that can open the \
            socket (default: none).
            """,
            valueName: "cidr"))
    var trustedProxies: [String] = []

    @OptionGroup(title: "TLS") var tls: TLSOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Serve /forward-auth/NAME for nginx, ingress-nginx, traefik, caddy or haproxy; needs --trusted-proxies or --tls-client-ca.",
            valueName: "name"), completion: .list(ForwardAuthPreset.allCases.map(\.rawValue)))
    var forwardAuth: [String] = []

    @Flag(
        help: "Let the host choose the workload by the inventory's Services, for proxies that route by it alone.")
    var workloadFromHost = false

    @Flag(help: "Name the reason in answers to forward-auth (x-authz-reason).")
    var reasonHeader = false

    @Flag(help: "Answer POST /v1/explain, which tells whoever asks what the policies say.")
    var enableExplain = false

    @Flag(help: "Answer the Authorization API 1.0 (AuthZEN), which takes its caller's word for who the subject is.")
    var enableAuthzen = false

    @Option(
        help: ArgumentHelp(
            "The URL by which that API is known, without a path (default: as it is asked).", valueName: "url"))
    var authzenUrl: String?

    @Flag(help: "Normalize the paths of checks, for an Envoy without normalize_path.")
    var normalizeEnvoyPaths = false

    @Flag(
        help: """
            Take a client's headers away also where only `_` or `.` tells them from those of tokens, for upstreams that read \
            them alike.
            """)
    var removeHeaderAliases = false

    @Flag(help: "Let requests pass where something inside fails; what cannot be read is denied all the same.")
    var failOpen = false

    @OptionGroup var keyReach: KeyReachOptions

    @Option(
        help: ArgumentHelp(
            """
            The longest time between two fetches of a key set (default: 5m, or what the answer's Cache-Control or Expires \
            says, 1m to 1h).
            """, valueName: "duration"))
    var jwksRefresh: String?

    @Option(
        help: ArgumentHelp(
            """
            The shortest time from a fetch to one that is made because a token names a key that the set lacks \
            (default: 30s).
            """, valueName: "duration"))
    var jwksMinRefetch: String?

    @Option(
        help: ArgumentHelp(
            "How long fetched keys count while they cannot be fetched again (default: 24h).", valueName: "duration"))
    var jwksMaxStale: String?

    @Option(
        help: ArgumentHelp(
            "How long requests in flight may take when the server is stopped (default: 10s).", valueName: "duration"))
    var drainTimeout: String?

    @Option(
        help: ArgumentHelp(
            """
            How long of that checks are still accepted while the server says that it is not ready, so that whoever sends some \
            can hear of it (default: 0s).
            """, valueName: "duration"))
    var drainDelay: String?

    @Flag(help: "Log every decision as one line of JSON; under -v this is so anyway.")
    var decisionLog = false

    @Option(
        help: ArgumentHelp(
            "Log only this share of the decisions that allow, 0 to 1; those that deny are all logged (default: 1).",
            valueName: "share"))
    var decisionLogSample: String?

    @Flag(name: .shortAndLong, help: "Log only what is wrong.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Log more.")
    var verbose = false

    /// How to serve, with the environment and the defaults taken in.
    ///
    /// - Throws: `ValidationError`, or `InputError` for what a file says.
    func resolve(_ environment: Environment, policies: PolicySettings) throws -> ServeSettings {
        var server = ServerConfiguration()
        server.listen = try Self.address(environment.given(listen, "AUTHZ_LISTEN")) ?? server.listen
        server.adminListen =
            try Self.address(environment.given(adminListen, "AUTHZ_ADMIN_LISTEN")) ?? server.adminListen
        server.tls = try tls.files(environment)
        server.trustedCallers = try trustedCallers(environment, of: server.listen)
        server.trustedCallers.certificateNames = try tls.names(environment, for: server.tls)
        let presets = environment.given(forwardAuth, "AUTHZ_FORWARD_AUTH")
        server.checks.forwardAuth = Set(
            try presets?.elements(.preset).compactMap(ForwardAuthPreset.init(rawValue:)) ?? [])
        if let presets, !server.checks.forwardAuth.isEmpty, !server.hasTrustedCallers {
            throw presets.conflict(
                "--forward-auth needs --trusted-proxies or --tls-client-ca: whoever reaches the port could say who asks for what"
            )
        }
        server.checks.findsWorkloadByHost = try workloadFromHost || environment.flag("AUTHZ_WORKLOAD_FROM_HOST")
        server.checks.explains = try enableExplain || environment.flag("AUTHZ_ENABLE_EXPLAIN")
        server.checks.answersAccess = try enableAuthzen || environment.flag("AUTHZ_ENABLE_AUTHZEN")
        server.checks.accessURL = try environment.given(authzenUrl, "AUTHZ_AUTHZEN_URL")?.text(.accessURL)
        server.checks.listensWithTLS = server.tls != nil
        server.checks.tellsReason = try reasonHeader || environment.flag("AUTHZ_REASON_HEADER")
        server.checks.normalizesEnvoyPaths = try normalizeEnvoyPaths || environment.flag("AUTHZ_NORMALIZE_ENVOY_PATHS")
        server.checks.removesHeaderAliases =
            try removeHeaderAliases || environment.flag("AUTHZ_REMOVE_HEADER_ALIASES")
        var policies = policies
        policies.failsOpen = try failOpen || environment.flag("AUTHZ_FAIL_OPEN")
        server.drainTimeout =
            try Self.duration(environment.given(drainTimeout, "AUTHZ_DRAIN_TIMEOUT"), .drain) ?? server.drainTimeout
        let delay = environment.given(drainDelay, "AUTHZ_DRAIN_DELAY")
        server.drainDelay = try Self.duration(delay, .drain) ?? server.drainDelay
        if let delay, server.drainDelay > server.drainTimeout {
            throw delay.conflict("--drain-delay is part of --drain-timeout, and cannot be longer")
        }
        let share = try environment.given(decisionLogSample, "AUTHZ_DECISION_LOG_SAMPLE")?.text(.share)
        return ServeSettings(
            policies: policies, server: server,
            defaultWorkload: environment.given(workload, "AUTHZ_WORKLOAD").map {
                Located($0.texts.joined(separator: ","), at: $0.location("--workload"))
            },
            fetcher: try keyReach.resolve(environment), keySchedule: try keySchedule(environment),
            logsDecisions: try decisionLog || environment.flag("AUTHZ_DECISION_LOG"),
            decisionLogShare: share.flatMap(DecisionShare.init)?.value ?? 1,
            isVerbose: try verbose || environment.flag("AUTHZ_VERBOSE"),
            isQuiet: try quiet || environment.flag("AUTHZ_QUIET"))
    }

    private func keySchedule(_ environment: Environment) throws -> KeySchedule {
        var schedule = KeySchedule()
        if let interval = try Self.duration(environment.given(jwksRefresh, "AUTHZ_JWKS_REFRESH"), .keyInterval) {
            schedule.refreshInterval = interval
            // Whoever names an interval means it, whatever issuers answer.
            schedule.maximumInterval = interval
            schedule.minimumInterval = min(schedule.minimumInterval, interval)
            // What fails is not asked for less often than what does not.
            schedule.firstRetry = min(schedule.firstRetry, interval)
            schedule.longestRetry = min(schedule.longestRetry, interval)
        }
        schedule.minimumRefetch =
            try Self.duration(environment.given(jwksMinRefetch, "AUTHZ_JWKS_MIN_REFETCH"), .keyInterval)
            ?? schedule.minimumRefetch
        schedule.maximumStale =
            try Self.duration(environment.given(jwksMaxStale, "AUTHZ_JWKS_MAX_STALE"), .keyAge)
            ?? schedule.maximumStale
        return schedule
    }

    private func trustedCallers(_ environment: Environment, of listen: ListenAddress) throws -> TrustedCallers {
        var callers = TrustedCallers()
        guard let given = environment.given(trustedProxies, "AUTHZ_TRUSTED_PROXIES") else { return callers }
        for text in try given.elements(.proxy) {
            if let block = CIDRBlock(parsing: text.utf8.span) {
                callers.proxies.append(block)
            } else {
                callers.includesUnixSocket = true
            }
        }
        if listen.isUnixSocket, !callers.proxies.isEmpty {
            throw given.conflict("who calls over a Unix socket has no address; write `--trusted-proxies unix`")
        }
        if !listen.isUnixSocket, callers.includesUnixSocket {
            throw given.conflict("`--trusted-proxies unix` asks for `--listen unix:PATH`")
        }
        return callers
    }

    private static func address(_ given: GivenOption?) throws -> ListenAddress? {
        try (given?.text(.address)).flatMap(ListenAddress.init)
    }

    private static func duration(_ given: GivenOption?, _ form: OptionForm) throws -> Duration? {
        try (given?.text(form)).flatMap(DurationText.parse)
    }
}
