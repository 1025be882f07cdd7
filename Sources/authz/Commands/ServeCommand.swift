import ArgumentParser

/// `authz serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer the checks of proxies over HTTP.",
        discussion: """
            Serves, on --listen, /check/... and /workload/NAMESPACE/NAME/check/... for Envoy's ext_authz filter \
            (http_service with path_prefix), under --forward-auth /forward-auth/NAME and \
            /workload/NAMESPACE/NAME/forward-auth/NAME for other proxies, and POST /v1/check, which answers a request \
            document with the whole decision; under --enable-explain POST /v1/explain, which says why; under \
            --enable-authzen /access/v1/evaluation and /access/v1/evaluations; on --admin-listen /healthz, /readyz and \
            /metrics. SIGTERM drains.

            Exit status: 0 after a clean drain; 2 bad policies, or an address that cannot be listened on.

            Example:
              authz serve -p policies/ --trusted-proxies 127.0.0.1/32
              curl -i http://127.0.0.1:9191/workload/production/api/check/health
            """)

    @OptionGroup(title: "Serving") var serving: ServeOptions
    @OptionGroup(title: "Policies") var policies: PolicyOptions

    func run() async throws {
        let settings = try serving.resolve(.process, policies: try policies.resolve(.process))
        let status = await ServeSession(settings).run()
        if status != 0 { throw ExitCode(status) }
    }
}
