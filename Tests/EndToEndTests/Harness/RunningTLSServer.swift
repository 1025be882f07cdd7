import AuthzTestSupport
import Foundation

/// An `authz serve` with TLS, and the authority of its certificate and its clients.
struct RunningTLSServer {
    let authority: TestAuthority
    /// The client certificate of the frontend, made by the authority.
    let frontend: TestAuthority.Certificate
    let server: RunningServer

    /// - Parameter verifiesClients: Whether callers need a certificate of the authority.
    init(verifiesClients: Bool = true, _ options: [String] = []) throws {
        authority = try TestAuthority()
        let own = try authority.issue("own", for: ["IP:127.0.0.1"])
        frontend = try authority.issue("frontend", for: ["URI:\(Example.frontend)"])
        var arguments = ["--tls-cert", own.certificate, "--tls-key", own.key, "--verbose"]
        if verifiesClients { arguments += ["--tls-client-ca", authority.path] }
        server = try RunningServer(policies: "policies", options: arguments + options)
    }

    /// Asks about a request to `production/api`.
    ///
    /// - Parameters:
    ///   - principal: The source that the caller names.
    ///   - certificate: The caller's.
    ///   - trusted: The authority whose certificate the server must have; its own by default.
    func check(
        _ path: String = "/api/v1/orders", naming principal: String? = nil,
        with certificate: TestAuthority.Certificate? = nil, token: String? = nil, trusting trusted: String? = nil,
        _ arguments: [String] = []
    ) throws -> Curl.Response {
        var all = ["--cacert", trusted ?? authority.path] + arguments
        if let certificate { all += ["--cert", certificate.certificate, "--key", certificate.key] }
        if let principal { all += ["--header", "x-authz-source-principal: \(principal)"] }
        if let token { all += ["--header", "authorization: Bearer \(token)"] }
        return try Curl.send(all, to: "https://\(server.checks)/workload/production/api/check\(path)")
    }
}
