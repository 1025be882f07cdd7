import Foundation

/// A real Envoy with the configuration of `examples/envoy`, on ports that the system chose.
struct RunningEnvoy {
    let child: Child
    let listener: Address
    private let folder: TemporaryFolder

    /// Starts it before `server` and waits until it listens.
    ///
    /// There is no TLS here: what Envoy would read from the peer's certificate, it reads from `x-test-principal`.
    init(askingFor server: Address) throws {
        folder = try TemporaryFolder()
        let upstream = "pipe: {path: \"\(folder.url.path())/upstream\"}"
        let configuration = try Repository.text(of: "examples/envoy/envoy.yaml")
            .replacingOccurrences(of: "socket_address: {address: 127.0.0.1, port_value: 10001}", with: upstream)
            .replacingOccurrences(of: "port_value: 9191", with: "port_value: \(server.port)")
            .replacingOccurrences(of: "port_value: 10000", with: "port_value: 0")
            .replacingOccurrences(of: "port_value: 9901", with: "port_value: 0")
            .replacingOccurrences(of: "%DOWNSTREAM_PEER_URI_SAN%", with: "%REQ(x-test-principal)%")
        let file = try folder.write(configuration, to: "envoy.yaml")
        let adminFile = folder.url.appending(path: "admin").path()
        let child = try Child(
            Repository.envoy,
            [
                "-c", file.path(), "--admin-address-path", adminFile, "--disable-hot-restart", "--concurrency", "1",
                "--log-level", "warning",
            ])
        self.child = child
        listener = try poll("listener of Envoy") {
            try child.checkRunning()
            guard FileManager.default.fileExists(atPath: adminFile),
                let admin = Address(try String(contentsOfFile: adminFile, encoding: .utf8)),
                try HTTP.send("GET", "/ready", to: admin).status == 200
            else { return nil }
            let listeners = try HTTP.send("GET", "/listeners", to: admin).body
            return listeners.split(separator: "\n").first { $0.hasPrefix("api::") }
                .flatMap { Address($0.dropFirst("api::".count)) }
        }
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
