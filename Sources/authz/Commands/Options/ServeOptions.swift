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
            "Where /healthz and /readyz are answered (default: 127.0.0.1:9192).", valueName: "address"))
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

    @Flag(help: "Normalize the paths of checks, for an Envoy without normalize_path.")
    var normalizeEnvoyPaths = false

    @Flag(help: "Let requests pass where something inside fails; what cannot be read is denied all the same.")
    var failOpen = false

    @Flag(help: "Fetch key sets over http, too, which anybody on the way can change.")
    var allowHttpJwks = false

    @Option(help: ArgumentHelp("How often key sets are fetched (default: 5m).", valueName: "duration"))
    var jwksRefresh: String?

    @Option(
        help: ArgumentHelp(
            "How long requests in flight may take when the server is stopped (default: 10s).", valueName: "duration"))
    var drainTimeout: String?

    @Flag(help: "Log every decision as one line of JSON; under -v this is so anyway.")
    var decisionLog = false

    @Flag(name: .shortAndLong, help: "Log only what is wrong.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Log more.")
    var verbose = false

    /// How to serve, with the environment and the defaults taken in.
    func resolve(_ environment: Environment, policies: PolicySettings) throws -> ServeSettings {
        var server = ServerConfiguration()
        server.listen = try Self.address(listen ?? environment.text("AUTHZ_LISTEN")) ?? server.listen
        server.adminListen =
            try Self.address(adminListen ?? environment.text("AUTHZ_ADMIN_LISTEN")) ?? server.adminListen
        server.tls = try tls.files(environment)
        server.trustedCallers = try trustedCallers(environment, of: server.listen)
        server.trustedCallers.certificateNames = try tls.names(environment, for: server.tls)
        server.checks.normalizesEnvoyPaths = try normalizeEnvoyPaths || environment.flag("AUTHZ_NORMALIZE_ENVOY_PATHS")
        server.checks.failsOpen = try failOpen || environment.flag("AUTHZ_FAIL_OPEN")
        server.drainTimeout =
            try Self.duration(drainTimeout ?? environment.text("AUTHZ_DRAIN_TIMEOUT"), from: .zero)
            ?? server.drainTimeout
        var fetch = FetchLimits()
        fetch.allowsHTTP = try allowHttpJwks || environment.flag("AUTHZ_ALLOW_HTTP_JWKS")
        var schedule = KeySchedule()
        schedule.refreshInterval =
            try Self.duration(jwksRefresh ?? environment.text("AUTHZ_JWKS_REFRESH"), from: .seconds(1))
            ?? schedule.refreshInterval
        return ServeSettings(
            policies: policies, server: server, defaultWorkload: workload ?? environment.text("AUTHZ_WORKLOAD"),
            fetch: fetch, keySchedule: schedule,
            logsDecisions: try decisionLog || environment.flag("AUTHZ_DECISION_LOG"),
            isVerbose: try verbose || environment.flag("AUTHZ_VERBOSE"),
            isQuiet: try quiet || environment.flag("AUTHZ_QUIET"))
    }

    private func trustedCallers(_ environment: Environment, of listen: ListenAddress) throws -> TrustedCallers {
        var callers = TrustedCallers()
        let written = trustedProxies.isEmpty ? environment.list("AUTHZ_TRUSTED_PROXIES") : trustedProxies
        for text in written.flatMap({ $0.split(separator: ",") }) {
            if text == "unix" {
                callers.includesUnixSocket = true
            } else if let block = CIDRBlock(parsing: text.utf8.span) {
                callers.proxies.append(block)
            } else {
                throw ValidationError("\(String(text).quoted) is not a CIDR block, nor `unix`")
            }
        }
        if listen.isUnixSocket, !callers.proxies.isEmpty {
            throw ValidationError("who calls over a Unix socket has no address; write `--trusted-proxies unix`")
        }
        if !listen.isUnixSocket, callers.includesUnixSocket {
            throw ValidationError("`--trusted-proxies unix` asks for `--listen unix:PATH`")
        }
        return callers
    }

    private static func address(_ text: String?) throws -> ListenAddress? {
        guard let text else { return nil }
        guard let address = ListenAddress(text) else {
            throw ValidationError(
                "\(text.quoted) is not an address; expected `HOST:PORT`, or `unix:PATH` of at most \(ListenAddress.maximumPathBytes) bytes"
            )
        }
        return address
    }

    private static func duration(_ text: String?, from minimum: Duration) throws -> Duration? {
        guard let text else { return nil }
        guard let duration = DurationText.parse(text), duration >= minimum, duration <= .seconds(86_400) else {
            throw ValidationError("\(text.quoted) is not a duration from \(minimum) to 24h, such as `30s` or `5m`")
        }
        return duration
    }
}
