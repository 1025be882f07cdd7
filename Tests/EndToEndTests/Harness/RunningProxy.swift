import Foundation
import Testing

/// A real proxy with the configuration of its example, in front of an `authz` and of the upstream that the example stands in.
struct RunningProxy {
    /// The proxies that ask by forward-auth and that Debian has.
    enum Kind: String, CaseIterable, Sendable { case nginx, haproxy, caddy }

    let listener: Address
    /// What it asks; it lives as long as the proxy does.
    let server: RunningServer
    private let child: Child
    private let folder: TemporaryFolder

    /// Starts it before `server` and waits until it answers. These proxies cannot say which port the system chose for them, so
    /// they get one that was free a moment ago, and another one if that has gone meanwhile.
    ///
    /// - Parameter upstream: What stands behind it; `nil`: what the example has stand there.
    init(_ kind: Kind, asking server: RunningServer, before upstream: Address? = nil) throws {
        self = try FreePort.withRetries {
            try RunningProxy(kind, asking: server, before: upstream, ports: (FreePort.find(), FreePort.find()))
        }
    }

    private init(_ kind: Kind, asking server: RunningServer, before upstream: Address?, ports: (UInt16, UInt16)) throws
    {
        self.server = server
        folder = try TemporaryFolder()
        let (program, file, arguments): (String, String, [String]) =
            switch kind {
            // One process: workers of a master that is killed would stay.
            case .nginx:
                ("/usr/sbin/nginx", "nginx.conf", ["-p", folder.url.path(), "-g", "master_process off;", "-c"])
            case .haproxy: ("/usr/sbin/haproxy", "haproxy.cfg", ["-f"])
            case .caddy: ("/usr/bin/caddy", "Caddyfile", ["run", "--adapter", "caddyfile", "--config"])
            }
        let configuration = try Repository.text(of: "examples/\(kind.rawValue)/\(file)")
            .replacing("127.0.0.1:9191", with: "\(server.checks)")
            .replacing(
                kind.upstream,
                with: kind.upstream.replacing("127.0.0.1:10001", with: upstream?.description ?? "127.0.0.1:10001")
            )
            .replacing(":10000", with: ":\(ports.0)").replacing(":10001", with: ":\(ports.1)")
        let configurationFile = try folder.write(configuration, to: file)
        let child = try Child(
            URL(filePath: program), arguments + [configurationFile.path()], environment: ["HOME": folder.url.path()])
        self.child = child
        let address = try #require(Address("127.0.0.1:\(ports.0)"))
        listener = try FreePort.wait(for: address, of: child)
    }

    /// Sends a request as a client would.
    func send(
        _ method: String = "GET", _ path: String, token: String? = nil, headers: [String: String] = [:]
    ) throws -> HTTPResponse {
        var headers = headers
        if let token { headers["authorization"] = "Bearer \(token)" }
        return try HTTP.send(method, path, to: listener, headers: headers)
    }
}

extension RunningProxy.Kind {
    /// How its configuration names the upstream.
    fileprivate var upstream: String {
        switch self {
        case .nginx: "proxy_pass http://127.0.0.1:10001"
        case .haproxy: "server api 127.0.0.1:10001"
        case .caddy: "reverse_proxy 127.0.0.1:10001"
        }
    }
}
