import Foundation

/// A real Envoy with the configuration of `examples/envoy`, on ports that the system chose.
struct RunningEnvoy {
    let listener: Address
    private let process: EnvoyProcess
    private let folder: TemporaryFolder

    /// Starts it before `server` and waits until it listens.
    ///
    /// There is no TLS here: what Envoy would read from the peer's certificate, it reads from `x-test-principal`.
    init(askingFor server: Address) throws {
        folder = try TemporaryFolder()
        let upstream = "pipe: {path: \"\(folder.url.path())/upstream\"}"
        process = try EnvoyProcess(
            try Repository.text(of: "examples/envoy/envoy.yaml")
                .replacingOccurrences(of: "socket_address: {address: 127.0.0.1, port_value: 10001}", with: upstream)
                .replacingOccurrences(of: "port_value: 9191", with: "port_value: \(server.port)")
                .replacingOccurrences(of: "port_value: 10000", with: "port_value: 0")
                .replacingOccurrences(of: "port_value: 9901", with: "port_value: 0")
                .replacingOccurrences(of: "%DOWNSTREAM_PEER_URI_SAN%", with: "%REQ(x-test-principal)%"),
            in: folder)
        guard let listener = process.listeners["api"] else { throw TimedOut(description: "no listener `api`") }
        self.listener = listener
    }

    /// Sends a request as a client would.
    func send(
        _ method: String = "GET", _ path: String, principal: String? = nil, token: String? = nil,
        headers: [String: String] = [:]
    ) throws -> HTTPResponse {
        var headers = headers
        if let principal { headers["x-test-principal"] = principal }
        if let token { headers["authorization"] = "Bearer \(token)" }
        return try HTTP.send(method, path, to: listener, headers: headers)
    }
}
