import Foundation
import Testing

/// A real Envoy that asks over mutual TLS, with HTTP and with gRPC.
@Suite struct MTLSEnvoyTests {
    @Test("over both protocols the policies decide by whom Envoy names")
    func decisions() throws {
        let running = try RunningMTLSEnvoy()
        for listener in [running.http, running.grpc] {
            let read = try running.send("GET", "/api/v1/orders?limit=1", to: listener, as: .frontend)
            #expect(read.status == 200)
            #expect(read.body == "the api\n")
            let removal = try running.send("DELETE", "/api/v1/orders", to: listener, as: .frontend)
            #expect(removal.status == 403)
            #expect(removal.body == "RBAC: access denied")
            #expect(try running.send("GET", "/api/v1/orders", to: listener, as: .stranger).status == 403)
            #expect(try running.send("GET", "/api/v1/orders", to: listener, as: nil).status == 403)
            #expect(
                try running.send("GET", "/account", to: listener, as: .frontend, token: Example.alice).status == 200)
            let forged = try running.send("GET", "/account", to: listener, as: .frontend, token: Example.forged)
            #expect(forged.status == 401)
            #expect(forged.body == "Jwt verification fails")
        }
    }

    @Test("an Envoy that is none of the trusted clients is asked for, but not heard on who calls")
    func untrusted() throws {
        let running = try RunningMTLSEnvoy(trusting: "cluster.local/ns/production/sa/api2")
        #expect(try running.send("GET", "/api/v1/orders", to: running.http, as: .frontend).status == 403)
        #expect(
            try running.send("GET", "/account", to: running.http, as: .frontend, token: Example.alice).status == 200)
    }

    @Test("Envoy takes no answer from somebody else with a certificate")
    func impostor() throws {
        let running = try RunningMTLSEnvoy(server: "stranger")
        for listener in [running.http, running.grpc] {
            #expect(
                try running.send("GET", "/account", to: listener, as: .frontend, token: Example.alice).status == 403)
        }
    }

    @Test("when authz is stopped, Envoy's connections end in order, and nothing passes after that")
    func drain() throws {
        let running = try RunningMTLSEnvoy()
        for listener in [running.http, running.grpc] {
            #expect(try running.send("GET", "/api/v1/orders", to: listener, as: .frontend).status == 200)
        }
        running.server.child.stop()
        #expect(try running.server.child.exitStatus() == 0)
        for listener in [running.http, running.grpc] {
            #expect(try running.send("GET", "/api/v1/orders", to: listener, as: .frontend).status == 403)
        }
    }
}
