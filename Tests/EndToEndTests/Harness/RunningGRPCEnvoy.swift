import Foundation

/// A real Envoy with the configuration of `examples/envoy-grpc`, mutual TLS and all, on ports that the system chose.
struct RunningGRPCEnvoy {
    let process: EnvoyProcess
    let api: Address
    let database: Address
    /// The folder of the certificates.
    let certificates: String
    private let folder: TemporaryFolder

    /// The certificates of the example.
    enum Client: String {
        case frontend, stranger, api
    }

    /// Starts it before `server` and waits until it listens.
    init(askingFor server: Address) throws {
        folder = try TemporaryFolder()
        certificates = folder.url.appending(path: "certificates").path()
        let script = Repository.root.appending(path: "examples/envoy-grpc/make-certificates")
        guard try Child(script, [certificates]).exitStatus() == 0 else {
            throw TimedOut(description: "no certificates")
        }
        let upstream = "pipe: {path: \"\(folder.url.path())/upstream\"}"
        process = try EnvoyProcess(
            try Repository.text(of: "examples/envoy-grpc/envoy.yaml")
                .replacingOccurrences(of: "socket_address: {address: 127.0.0.1, port_value: 10001}", with: upstream)
                .replacingOccurrences(of: "port_value: 9191", with: "port_value: \(server.port)")
                .replacingOccurrences(of: "port_value: 8080", with: "port_value: 0")
                .replacingOccurrences(of: "port_value: 5432", with: "port_value: 0")
                .replacingOccurrences(of: "port_value: 9901", with: "port_value: 0")
                .replacingOccurrences(of: "examples/envoy-grpc/certificates", with: certificates),
            in: folder)
        guard let api = process.listeners["api"], let database = process.listeners["database"] else {
            throw TimedOut(description: "no listener `api` or `database`")
        }
        self.api = api
        self.database = database
    }

    /// What curl saw: status 0 where the connection was closed without an answer.
    struct Response: Equatable {
        var status: Int
        var body: String
        var headers: String
    }

    /// Sends a request as a client with this certificate would, or one without.
    func send(
        _ method: String = "GET", _ path: String, to listener: Address? = nil, as client: Client?,
        token: String? = nil, headers: [String] = [], isHTTP2: Bool = false
    ) throws -> Response {
        var arguments = [
            "--silent", "--include", "--path-as-is", "--request", method, "--cacert", "\(certificates)/ca.crt",
            "--write-out", "\n%{http_code}", isHTTP2 ? "--http2" : "--http1.1", "--header", "host: api.example.com",
        ]
        if let client {
            arguments += ["--cert", "\(certificates)/\(client.rawValue).crt"]
            arguments += ["--key", "\(certificates)/\(client.rawValue).key"]
        }
        let lines = headers + (token.map { ["authorization: Bearer \($0)"] } ?? [])
        for line in lines { arguments += ["--header", line] }
        let child = try Child(
            URL(filePath: "/usr/bin/curl"), arguments + ["https://\(listener ?? api)\(path)"])
        _ = try child.exitStatus()
        let output = try child.output.replacing("\r\n", with: "\n")
        let status = output.split(separator: "\n").last.flatMap { Int($0) } ?? 0
        let parts = output.dropLast(4).split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
        return Response(
            status: status, body: parts.count > 1 ? String(parts[1]) : "",
            headers: parts.first.map { String($0) } ?? "")
    }
}
