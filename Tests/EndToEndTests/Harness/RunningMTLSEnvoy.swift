import AuthzTestSupport
import Foundation

/// A real Envoy with the configuration of `examples/envoy-mtls` and the `authz serve` that it asks, on ports that the system chose.
struct RunningMTLSEnvoy {
    let server: RunningServer
    let envoy: EnvoyProcess
    /// The listener whose checks go over HTTP.
    let http: Address
    /// The listener whose checks go over gRPC.
    let grpc: Address
    /// The folder of the certificates.
    let certificates: String
    private let folder: TemporaryFolder

    /// The certificates of the example.
    enum Client: String {
        case frontend, stranger
    }

    /// - Parameters:
    ///   - trusted: The value of `--trusted-client`.
    ///   - own: The certificate of the server, by its name in the example.
    init(trusting trusted: String = "cluster.local/ns/production/sa/api", server own: String = "authz") throws {
        folder = try TemporaryFolder()
        let certificates = folder.url.appending(path: "certificates").path()
        self.certificates = certificates
        let script = Repository.root.appending(path: "examples/envoy-mtls/make-certificates")
        guard try Child(script, [certificates]).exitStatus() == 0 else {
            throw TimedOut(description: "no certificates")
        }
        server = try RunningServer(
            "--tls-cert", "\(certificates)/\(own).crt", "--tls-key", "\(certificates)/\(own).key", "--tls-client-ca",
            "\(certificates)/ca.crt", "--trusted-client", trusted)
        envoy = try EnvoyProcess(
            try Repository.text(of: "examples/envoy-mtls/envoy.yaml")
                .replacingOccurrences(of: "port_value: 9191", with: "port_value: \(server.checks.port)")
                .replacingOccurrences(of: "port_value: 8080", with: "port_value: 0")
                .replacingOccurrences(of: "port_value: 8081", with: "port_value: 0")
                .replacingOccurrences(of: "port_value: 9901", with: "port_value: 0")
                .replacingOccurrences(of: "examples/envoy-mtls/certificates", with: certificates),
            in: folder)
        guard let http = envoy.listeners["http"], let grpc = envoy.listeners["grpc"] else {
            throw TimedOut(description: "no listener `http` or `grpc`")
        }
        self.http = http
        self.grpc = grpc
    }

    /// Sends a request as a client with this certificate would, or one without.
    func send(
        _ method: String = "GET", _ path: String, to listener: Address, as client: Client?, token: String? = nil
    ) throws -> Curl.Response {
        var arguments = ["--request", method, "--cacert", "\(certificates)/ca.crt"]
        if let client {
            arguments += ["--cert", "\(certificates)/\(client.rawValue).crt"]
            arguments += ["--key", "\(certificates)/\(client.rawValue).key"]
        }
        if let token { arguments += ["--header", "authorization: Bearer \(token)"] }
        return try Curl.send(arguments, to: "https://\(listener)\(path)")
    }
}
