import ArgumentParser
import AuthzCore

/// `authz serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer the checks of proxies over gRPC and HTTP.",
        discussion: """
            Serves, on --listen, Envoy's ext_authz filter: over gRPC (grpc_service), and over HTTP (http_service with \
            path_prefix) under /check/... and /workload/NAMESPACE/NAME/check/...; under --forward-auth other proxies, at \
            /forward-auth/NAME and /workload/NAMESPACE/NAME/forward-auth/NAME; and POST /v1/check, which answers a request \
            document with the whole decision, under --enable-explain POST /v1/explain, which says why, and under \
            --enable-authzen /access/v1/evaluation and /access/v1/evaluations. gRPC also has health checks and server \
            reflection. HTTP/1.1 and HTTP/2 without TLS are told apart by their first bytes; with --tls-cert everything is \
            TLS, 1.2 at least. On --admin-listen /healthz, /readyz, /metrics and /policies. Policies are read again when their \
            files change, and on SIGHUP; SIGTERM drains.

            Exit status: 0 after a clean drain; 2 bad policies or certificates, or an address that cannot be listened on.

            Example:
              authz serve -p policies/ --trusted-proxies 127.0.0.1/32
              curl -i http://127.0.0.1:9191/workload/production/api/check/health
              authz serve --listen 0.0.0.0:9191 --tls-cert tls.crt --tls-key tls.key \\
                  --tls-client-ca ca.crt --trusted-client cluster.local/ns/ingress/sa/envoy
              authz serve --listen unix:/run/authz/checks.sock --trusted-proxies unix
            """)

    @OptionGroup(title: "Serving") var serving: ServeOptions
    @OptionGroup(title: "Policies") var policies: PolicyOptions
    @OptionGroup(title: "Configuration") var configuration: ConfigurationOptions

    /// What a file says wrongly is no usage error, and is left to ``run()``.
    func validate() throws {
        do {
            _ = try serving.resolve(.process, policies: try policies.resolve(.process))
        } catch is InputError {
            return
        }
    }

    func run() async throws {
        let settings = try serving.resolve(.process, policies: try policies.resolve(.process))
        if configuration.isPrinted(for: .serve) { return }
        let status = await ServeSession(settings).run()
        if status != 0 { throw ExitCode(status) }
    }
}
