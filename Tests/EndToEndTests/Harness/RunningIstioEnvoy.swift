import Foundation

/// A real Envoy with the filters that Istio makes of `examples/istio`, as the sidecar of `production/api` and, on its other listener, that of
/// `production/database`, and the `authz serve` that it asks.
struct RunningIstioEnvoy {
    /// How it asks, by the CUSTOM policy of the example.
    enum Kind: String, CaseIterable, Sendable { case grpc, http }

    /// The certificates of examples/envoy-grpc.
    enum Client: String {
        case frontend, stranger, api
    }

    let server: RunningServer
    let http: Address
    let tcp: Address
    private let envoy: EnvoyProcess
    private let certificates: String
    private let folder: TemporaryFolder

    /// - Parameters:
    ///   - trusted: Whose identity headers count. Envoy asks from 127.0.0.6, as a sidecar connects to its workload.
    init(_ kind: Kind, trusting trusted: String = "127.0.0.6/32") throws {
        folder = try TemporaryFolder()
        certificates = folder.url.appending(path: "certificates").path()
        let script = Repository.root.appending(path: "examples/envoy-grpc/make-certificates")
        guard try Child(script, [certificates]).exitStatus() == 0 else {
            throw TimedOut(description: "no certificates")
        }
        let policies = [
            "examples/istio/\(kind.rawValue).yaml", "policies/api.yaml", "policies/tokens.yaml",
            "policies/peer-authentication.yaml", "policies/workloads.yaml", "examples/envoy-grpc/database.yaml",
        ]
        let options = kind == .http ? ["--provider", "authz-http", "--trusted-proxies", trusted] : []
        server = try RunningServer(
            policies: "examples/istio/mesh.yaml", options: policies.flatMap { ["--policies", $0] } + options)
        let control = try Child(
            Repository.python,
            [
                "Tests/EndToEndTests/Scripts/istio_envoy.py", "examples/istio/mesh.yaml", policies[0], certificates,
                "\(server.checks.port)", folder.url.appending(path: "upstream").path(),
            ])
        guard try control.exitStatus() == 0 else { throw TimedOut(description: try control.errors) }
        envoy = try EnvoyProcess(try control.output, in: folder)
        guard let http = envoy.listeners["http"], let tcp = envoy.listeners["tcp"] else {
            throw TimedOut(description: "no listener `http` or `tcp`")
        }
        (self.http, self.tcp) = (http, tcp)
    }

    /// Sends a request as a client with this certificate would.
    func send(
        _ method: String = "GET", _ path: String, to listener: Address? = nil, as client: Client?,
        token: String? = nil, headers: [String] = []
    ) throws -> Curl.Response {
        var arguments = ["--request", method, "--cacert", "\(certificates)/ca.crt"]
        if let client {
            arguments += ["--cert", "\(certificates)/\(client.rawValue).crt"]
            arguments += ["--key", "\(certificates)/\(client.rawValue).key"]
        }
        let lines = headers + (token.map { ["authorization: Bearer \($0)"] } ?? [])
        for line in lines { arguments += ["--header", line] }
        return try Curl.send(arguments, to: "https://\(listener ?? http)\(path)")
    }
}
