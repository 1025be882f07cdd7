import Foundation
import Testing

/// What Istio's sidecars do with `examples/istio`.
@Suite struct IstioExampleTests {
    private static let kinds = RunningIstioEnvoy.Kind.allCases

    @Test("a sidecar lets through what the policies allow and nothing else, however it asks", arguments: kinds)
    func decisions(_ kind: RunningIstioEnvoy.Kind) throws {
        let sidecar = try RunningIstioEnvoy(kind)
        let read = try sidecar.send("GET", "/api/v1/orders?limit=1", as: .frontend)
        #expect(read.status == 200)
        #expect(read.body == "called by -\n")
        let removal = try sidecar.send("DELETE", "/api/v1/orders", as: .frontend)
        #expect(removal.status == 403)
        #expect(removal.body == "RBAC: access denied")
        #expect(try sidecar.send("GET", "/api/v1/orders", as: .stranger).status == 403)
        #expect(try sidecar.send("GET", "/api/v1/orders", as: nil).status == 0, "mutual TLS is asked for")
    }

    @Test("a token opens what is shut without it, its claim goes upstream, and a forged one is 401", arguments: kinds)
    func tokens(_ kind: RunningIstioEnvoy.Kind) throws {
        let sidecar = try RunningIstioEnvoy(kind)
        let account = try sidecar.send(
            "GET", "/account/orders", as: .stranger, token: Example.alice, headers: ["x-auth-subject: olga"])
        #expect(account.status == 200)
        #expect(account.body == "called by alice\n")
        #expect(try sidecar.send("GET", "/account/orders", as: .stranger).status == 403)
        let forged = try sidecar.send("GET", "/account/orders", as: .stranger, token: Example.forged)
        #expect(forged.status == 401)
        #expect(forged.body == "Jwt verification fails")
    }

    @Test("a client cannot pass for somebody, nor for a claim, by what it sends", arguments: kinds)
    func forgedHeaders(_ kind: RunningIstioEnvoy.Kind) throws {
        let sidecar = try RunningIstioEnvoy(kind)
        let identity = [
            "x-authz-source-principal: \(Example.frontend)", "x-forwarded-client-cert: By=x;URI=\(Example.frontend)",
        ]
        #expect(try sidecar.send("GET", "/api/v1/orders", as: .stranger, headers: identity).status == 403)
        #expect(
            try sidecar.send("GET", "/api/v1/orders", as: .frontend, headers: ["x-auth-subject: olga"]).body
                == "called by -\n")
    }

    @Test(
        "over HTTP the additional headers tell source, address and port",
        arguments: [
            "/api/v1/admin", "/api/v1//admin", "/api/v1/%2Fadmin", "/api/v1/x/..%2Fadmin",
        ])
    func spellings(_ path: String) throws {
        let sidecar = try RunningIstioEnvoy(.http)
        #expect(try sidecar.send("GET", path, as: .frontend).status == 403, "deny-admin is for port 8080")
        #expect(try sidecar.send("GET", path, as: .frontend, token: Example.olga).status == 200)
    }

    @Test("over HTTP they count only from where the sidecar of authz connects")
    func untrusted() throws {
        let sidecar = try RunningIstioEnvoy(.http, trusting: "127.0.0.1/32")
        #expect(try sidecar.send("GET", "/api/v1/orders", as: .frontend).status == 403)
        #expect(try sidecar.send("GET", "/account", as: .stranger, token: Example.alice).status == 200)
    }

    @Test("connections are asked about over gRPC alone")
    func connections() throws {
        // What answers behind the TCP proxy speaks HTTP, so that there is something to see.
        let grpc = try RunningIstioEnvoy(.grpc)
        #expect(try grpc.send("GET", "/", to: grpc.tcp, as: .api).status == 200)
        #expect(try grpc.send("GET", "/", to: grpc.tcp, as: .frontend).status == 0)
        let http = try RunningIstioEnvoy(.http)
        #expect(try http.send("GET", "/", to: http.tcp, as: .frontend).status == 200)
    }

    @Test("without authz nothing passes", arguments: kinds)
    func failClosed(_ kind: RunningIstioEnvoy.Kind) throws {
        let sidecar = try RunningIstioEnvoy(kind)
        #expect(try sidecar.send("GET", "/api/v1/orders", as: .frontend).status == 200)
        sidecar.server.child.stop(SIGKILL)
        #expect(try sidecar.server.child.exitStatus() == -SIGKILL)
        #expect(try sidecar.send("GET", "/api/v1/orders", as: .frontend).status == 403)
    }

    @Test("what a policy reads, a check over HTTP tells, and the provider is the Service of examples/kubernetes")
    func agreement() throws {
        let mesh = try #require(try Document.yaml("examples/istio/mesh.yaml").first)["spec"]["meshConfig"]
        let providers = mesh["extensionProviders"].list
        #expect(providers.compactMap { $0["name"].text } == ["authz", "authz-http"])
        let service = try #require(try Document.yaml("examples/kubernetes/service.yaml").first)
        let name = service["metadata"].map
        let host = "\(try #require(name["name"])).\(try #require(name["namespace"])).svc.cluster.local"
        for provider in [providers[0]["envoyExtAuthzGrpc"], providers[1]["envoyExtAuthzHttp"]] {
            #expect(provider["service"].text == host)
            #expect(provider["port"].number == service["spec"]["ports"].list.first?["port"].number)
            #expect(provider["failOpen"].bool == false)
        }
        let output = try Document.yaml("policies/tokens.yaml").flatMap { $0["spec"]["jwtRules"].list }
            .flatMap { $0["outputClaimToHeaders"].list }.compactMap { $0["header"].text }
        #expect(providers[1]["envoyExtAuthzHttp"]["headersToUpstreamOnAllow"].texts == output)
        let policies = try ["api", "tokens"].map { try Repository.text(of: "policies/\($0).yaml") }.joined()
        #expect(!policies.contains("request.headers["), "then it belongs to includeRequestHeadersInCheck")

        let files = try ["guard", "grpc", "http"].flatMap { try Document.yaml("examples/istio/\($0).yaml") }
        let rule = try #require(files.first { $0["spec"]["action"].text == "ALLOW" })
        let labels = try #require(try Document.yaml("examples/kubernetes/deployment.yaml").first)
        #expect(
            rule["spec"]["selector"]["matchLabels"].map == labels["spec"]["template"]["metadata"]["labels"].map)
        let loaded = try authz(
            "explain", "-p", "examples/istio/guard.yaml", "-p", "policies/workloads.yaml",
            "examples/requests/no-rule-matched.yaml")
        #expect(loaded.status == 0, "\(loaded.errors)")
    }
}
