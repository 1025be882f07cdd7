import Foundation
import Testing

@Suite struct EnvoyTests {
    @Test("in front of an upstream, a real Envoy lets through what the policies allow and nothing else")
    func decisions() throws {
        let server = try RunningServer("--trusted-proxies", "127.0.0.1/32")
        let envoy = try RunningEnvoy(askingFor: server.checks)

        let read = try envoy.send("GET", "/api/v1/orders?limit=1", principal: Example.frontend)
        #expect(read.status == 200)
        #expect(read.body == "the api, called by -\n")
        let removal = try envoy.send("DELETE", "/api/v1/orders", principal: Example.frontend)
        #expect(removal.status == 403)
        #expect(removal.body == "RBAC: access denied")
        #expect(try envoy.send("GET", "/api/v1/orders", principal: Example.stranger).status == 403)
        #expect(try envoy.send("GET", "/api/v1/orders").status == 403, "no certificate, no principal")
    }

    @Test("a token opens what is shut without it")
    func tokens() throws {
        let server = try RunningServer("--trusted-proxies", "127.0.0.1/32")
        let envoy = try RunningEnvoy(askingFor: server.checks)

        let account = try envoy.send("GET", "/account/orders", token: Example.alice)
        #expect(account.status == 200)
        #expect(account.body == "the api, called by alice\n")
        #expect(try envoy.send("GET", "/account/orders").status == 403)

        let forged = try envoy.send("GET", "/account/orders", token: Example.forged)
        #expect(forged.status == 401)
        #expect(forged.body == "Jwt verification fails")
        #expect(
            forged.header("www-authenticate")
                == #"Bearer realm="http://api.example.com/account/orders", error="invalid_token""#)

        let admin = { try envoy.send("GET", "/api/v1/admin", principal: Example.frontend, token: $0).status }
        #expect(try admin(Example.olga) == 200)
        #expect(try admin(Example.alice) == 403)
        #expect(try admin(nil) == 403)
    }

    @Test("a client cannot pass for someone by sending what authz or Envoy would set")
    func forgedHeaders() throws {
        let server = try RunningServer("--trusted-proxies", "127.0.0.1/32")
        let envoy = try RunningEnvoy(askingFor: server.checks)

        let principal = ["x-authz-source-principal": Example.frontend]
        #expect(try envoy.send("GET", "/api/v1/orders", headers: principal).status == 403)
        let subject = ["x-auth-subject": "olga"]
        #expect(
            try envoy.send("GET", "/api/v1/orders", principal: Example.frontend, headers: subject).body
                == "the api, called by -\n")
        #expect(
            try envoy.send("GET", "/account", token: Example.alice, headers: subject).body
                == "the api, called by alice\n")
    }

    @Test(
        "a DENY on a path holds however the path is spelled",
        arguments: [
            "/api/v1/admin", "/api/v1/admin/users", "/api/v1//admin", "/api/v1/%2Fadmin", "/api/v1/x/../admin",
            "/api/v1/x/..%2Fadmin", "/api/v1/%61dmin", "/api/v1/admin?x=/api/v1/orders", "/api/v1\\admin",
        ])
    func spellings(_ path: String) throws {
        let server = try RunningServer("--trusted-proxies", "127.0.0.1/32")
        let envoy = try RunningEnvoy(askingFor: server.checks)
        #expect(try envoy.send("GET", path, principal: Example.frontend).status == 403)
        #expect(try envoy.send("GET", path, principal: Example.frontend, token: Example.olga).status == 200)
    }

    @Test("without authz nothing passes")
    func failClosed() throws {
        let server = try RunningServer("--trusted-proxies", "127.0.0.1/32")
        let envoy = try RunningEnvoy(askingFor: server.checks)
        #expect(try envoy.send("GET", "/account", token: Example.alice).status == 200)
        server.child.stop(SIGKILL)
        #expect(try server.child.exitStatus() == -SIGKILL)
        #expect(try envoy.send("GET", "/account", token: Example.alice).status == 403)
    }
}
