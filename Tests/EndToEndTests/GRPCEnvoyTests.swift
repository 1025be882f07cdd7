import Foundation
import Testing

/// A real Envoy with mutual TLS that asks over gRPC.
@Suite struct GRPCEnvoyTests {
    private let server: RunningServer
    private let envoy: RunningGRPCEnvoy

    init() throws {
        server = try RunningServer(policies: "policies", "--policies", "examples/envoy-grpc/database.yaml")
        envoy = try RunningGRPCEnvoy(askingFor: server.checks)
    }

    @Test("the peer's certificate says who calls, and Envoy's own whose policies apply")
    func principals() throws {
        let read = try envoy.send("GET", "/api/v1/orders?limit=1", as: .frontend)
        #expect(read.status == 200)
        #expect(read.body == "called by -\n")
        let removal = try envoy.send("DELETE", "/api/v1/orders", as: .frontend)
        #expect(removal.status == 403)
        #expect(removal.body == "RBAC: access denied")
        #expect(removal.headers.contains("content-type: text/plain"))
        #expect(try envoy.send("GET", "/api/v1/orders", as: .stranger).status == 403)
        #expect(try envoy.send("GET", "/api/v1/orders", as: nil).status == 403, "no certificate, no principal")
    }

    @Test("a token opens what is shut without it, and a bad one shuts what is open")
    func tokens() throws {
        let account = try envoy.send("GET", "/account/orders", as: .frontend, token: Example.alice)
        #expect(account.status == 200)
        #expect(account.body == "called by alice\n")
        #expect(try envoy.send("GET", "/account/orders", as: .frontend).status == 403)

        let expired = try authz(
            "token", "mint", "-q", "--alg", "ES256", "--now", "2020-01-01T00:00:00Z", "--expires-in", "1h",
            #"{"iss": "https://auth.example.com", "sub": "alice"}"#
        ).output.split(separator: "\n").first.map(String.init)
        for (token, text) in [(Example.forged, "Jwt verification fails"), (try #require(expired), "Jwt is expired")] {
            let refused = try envoy.send("GET", "/api/v1/orders", as: .frontend, token: token)
            #expect(refused.status == 401)
            #expect(refused.body == text)
            #expect(
                refused.headers.contains(#"www-authenticate: Bearer realm="https://api.example.com/api/v1/orders""#))
        }
    }

    @Test("a client cannot pass for someone by what it sends")
    func forgedHeaders() throws {
        let identity = [
            "x-authz-source-principal: \(Example.frontend)", "x-authz-source-ip: 10.0.0.7",
            "x-forwarded-client-cert: By=x;URI=\(Example.frontend)",
        ]
        #expect(try envoy.send("GET", "/api/v1/orders", as: .stranger, headers: identity).status == 403)
        #expect(try envoy.send("GET", "/api/v1/orders", as: nil, headers: identity).status == 403)
        #expect(
            try envoy.send("GET", "/api/v1/orders", as: .frontend, headers: ["x-auth-subject: olga"]).body
                == "called by -\n")
        #expect(
            try envoy.send("GET", "/account", as: .frontend, token: Example.alice, headers: ["x-auth-subject: olga"])
                .body == "called by alice\n")
    }

    @Test("a gRPC client is told as a sidecar would tell it")
    func deniedCall() throws {
        let call = try envoy.send(
            "POST", "/orders.Orders/List", as: .frontend, headers: ["content-type: application/grpc", "te: trailers"])
        #expect(call.status == 200)
        #expect(call.headers.contains("grpc-status: 7"))
        #expect(call.headers.contains("grpc-message: RBAC: access denied"))
        let forged = try envoy.send(
            "POST", "/orders.Orders/List", as: .frontend, token: Example.forged,
            headers: ["content-type: application/grpc", "te: trailers"])
        #expect(forged.headers.contains("grpc-status: 16"))
        #expect(forged.headers.contains("grpc-message: Jwt verification fails"))
    }

    @Test("a connection without HTTP passes for who may connect, and is closed for others")
    func connections() throws {
        // What answers behind Envoy's TCP proxy speaks HTTP, so that there is something to see.
        let accepted = try envoy.send("GET", "/", to: envoy.database, as: .api)
        #expect(accepted.status == 200)
        #expect(accepted.body == "called by -\n")
        #expect(try envoy.send("GET", "/", to: envoy.database, as: .frontend).status == 0)
        #expect(try envoy.send("GET", "/", to: envoy.database, as: .stranger).status == 0)
        #expect(try envoy.send("GET", "/", to: envoy.database, as: nil).status == 0)
    }

    @Test("without authz nothing passes")
    func failClosed() throws {
        #expect(try envoy.send("GET", "/api/v1/orders", as: .frontend).status == 200)
        server.child.stop(SIGKILL)
        #expect(try server.child.exitStatus() == -SIGKILL)
        #expect(try envoy.send("GET", "/api/v1/orders", as: .frontend).status == 403)
        #expect(try envoy.send("GET", "/", to: envoy.database, as: .api).status == 0)
    }

    @Test("when authz is stopped, Envoy's connection ends in order")
    func drain() throws {
        #expect(try envoy.send("GET", "/api/v1/orders", as: .frontend).status == 200)
        server.child.stop()
        #expect(try server.child.exitStatus() == 0)
    }
}
