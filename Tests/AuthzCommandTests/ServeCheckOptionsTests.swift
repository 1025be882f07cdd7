import ArgumentParser
import AuthzServer
import Testing

@testable import authz

/// The options by which `authz serve` reads what it is asked.
@Suite struct ServeCheckOptionsTests {
    private static func resolve(
        _ arguments: [String], _ environment: [String: String] = [:]
    ) throws -> CheckSettings {
        try ServeOptions.parse(arguments).resolve(Environment(values: environment), policies: PolicySettings())
            .server.checks
    }

    private static let trusted = ["--trusted-proxies", "10.0.0.0/8"]

    @Test("proxies that ask by forward-auth are named, in a list or one by one")
    func forwardAuth() throws {
        #expect(try Self.resolve(Self.trusted).forwardAuth.isEmpty)
        #expect(try Self.resolve(Self.trusted + ["--forward-auth", "nginx"]).forwardAuth == [.nginx])
        for arguments in [
            ["--forward-auth", "nginx,caddy"], ["--forward-auth", "nginx", "caddy"],
            ["--forward-auth", "nginx", "--forward-auth", "caddy"],
        ] {
            #expect(try Self.resolve(Self.trusted + arguments).forwardAuth == [.nginx, .caddy])
        }
        let variables = ["AUTHZ_FORWARD_AUTH": "ingress-nginx,haproxy", "AUTHZ_TRUSTED_PROXIES": "10.0.0.0/8"]
        #expect(try Self.resolve([], variables).forwardAuth == [.ingressNginx, .haproxy])
        #expect(try Self.resolve(["--forward-auth", "traefik"], variables).forwardAuth == [.traefik])
    }

    @Test("SR-13: forward-auth without trusted proxies is refused, and so are proxies that nobody knows")
    func refusals() {
        #expect(throws: ValidationError.self) { try Self.resolve(["--forward-auth", "nginx"]) }
        #expect(throws: ValidationError.self) { try Self.resolve([], ["AUTHZ_FORWARD_AUTH": "nginx"]) }
        for name in ["apache", "Nginx", ""] {
            #expect(throws: ValidationError.self) {
                try Self.resolve(Self.trusted + ["--forward-auth", "nginx,\(name)x"])
            }
        }
    }

    @Test("the host chooses a workload, and reasons are told, only where that is asked for")
    func flags() throws {
        #expect(try !Self.resolve([]).findsWorkloadByHost && !Self.resolve([]).tellsReason)
        #expect(try Self.resolve(["--workload-from-host"]).findsWorkloadByHost)
        #expect(try Self.resolve([], ["AUTHZ_WORKLOAD_FROM_HOST": "true"]).findsWorkloadByHost)
        #expect(try Self.resolve(["--reason-header"]).tellsReason)
        #expect(try Self.resolve([], ["AUTHZ_REASON_HEADER": "true"]).tellsReason)
    }
}
