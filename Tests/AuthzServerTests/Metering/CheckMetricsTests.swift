import AuthzEngine
import AuthzServer
import AuthzTestSupport
import Testing

@Suite struct CheckMetricsTests {
    private static let policies = """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: tokens, namespace: prod}
        spec: {jwtRules: [{issuer: '\(KeyScene.issuer)', jwks: '\(KeyScene.keySet(.p256, keyID: "a"))'}]}
        ---
        \(dryRun("no-deletes", action: "DENY", method: "DELETE"))
        \(dryRun("reads", action: "ALLOW", method: "GET"))
        \(CheckFixture.allow("to: [{operation: {paths: ['/open', '/open/*']}}]"))
        """

    private static func dryRun(_ name: String, action: String, method: String) -> String {
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: \(name), namespace: prod, annotations: {istio.io/dry-run: "true"}}
        spec: {action: \(action), rules: [{to: [{operation: {methods: [\(method)]}}]}]}
        ---
        """
    }

    private struct Scene {
        let metrics: CheckMetrics
        let store: SnapshotStore
        let responder: CheckResponder

        init(_ policies: String) throws {
            store = SnapshotStore(try CheckFixture.snapshot(policies))
            metrics = CheckMetrics(store: store)
            responder = CheckResponder(
                store: store, settings: CheckSettings(), clock: { 1_700_000_000 }, log: nil, metrics: metrics)
        }

        func ask(_ method: String, _ path: String, token: String? = nil, times: Int = 1) {
            var loop = responder.makeLoopState()
            let headers = token.map { [("authorization", "Bearer \($0)")] } ?? []
            for _ in 0..<times {
                _ = CheckFixture.ask(
                    responder, in: &loop, method, "/workload/prod/api/check\(path)", headers: headers)
            }
        }

        /// The samples that have a name like this, without those of other families.
        func samples(_ prefix: String) -> [String] {
            var writer = MetricsWriter()
            metrics.write(to: &writer)
            return String(decoding: writer.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
                .filter { $0.hasPrefix(prefix) && !$0.hasSuffix(" 0") }
        }

        /// Those that are 0.
        func zeros() -> [String] {
            var writer = MetricsWriter()
            metrics.write(to: &writer)
            return String(decoding: writer.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
                .filter { $0.hasPrefix("authz_check_requests_total{") && $0.hasSuffix(" 0") }
        }
    }

    @Test("each decision is counted once, by interface, outcome and reason")
    func requests() throws {
        let scene = try Scene(Self.policies)
        #expect(scene.samples("authz_check_requests_total{").isEmpty)
        scene.ask("GET", "/open", times: 3)
        scene.ask("GET", "/closed", times: 2)
        var loop = scene.responder.makeLoopState()
        let document = #"{"destination": {"workload": "prod/api"}, "request": {"path": "/open"}}"#
        _ = CheckFixture.ask(scene.responder, in: &loop, "POST", "/v1/check", body: "[\(document), \(document)]")
        _ = CheckFixture.ask(scene.responder, in: &loop, "POST", "/v1/check", body: "not JSON")
        _ = CheckFixture.ask(scene.responder, in: &loop, "GET", "/nowhere")
        #expect(
            scene.samples("authz_check_requests_total{") == [
                #"authz_check_requests_total{api="http",outcome="allow",reason="allowed-by-policy"} 3"#,
                #"authz_check_requests_total{api="http",outcome="deny",reason="no-allow-policy-matched"} 2"#,
                #"authz_check_requests_total{api="document",outcome="allow",reason="allowed-by-policy"} 2"#,
                #"authz_check_requests_total{api="document",outcome="deny",reason="request-invalid"} 1"#,
            ])
        let buckets = scene.samples(#"authz_check_duration_seconds_bucket{api="http""#)
        let counts = buckets.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        #expect(buckets.last == #"authz_check_duration_seconds_bucket{api="http",le="+Inf"} 5"#)
        #expect(counts == counts.sorted())
        #expect(
            scene.samples("authz_check_duration_seconds_count{").contains(
                #"authz_check_duration_seconds_count{api="document"} 3"#))
        #expect(scene.samples(#"authz_check_duration_seconds_sum{api="http"}"#).count == 1)
    }

    @Test("denials that alerts are made of have a sample from the start, so that the first one is a change")
    func zeros() throws {
        let scene = try Scene("")
        let before = scene.zeros()
        #expect(before.count == 3 * CheckAPI.allCases.count)
        for reason in ["internal-error", "request-invalid", "keys-unavailable"] {
            #expect(
                before.contains(#"authz_check_requests_total{api="grpc",outcome="deny",reason="\#(reason)"} 0"#))
        }
    }

    @Test("explanations, and what cannot be read, are counted and logged like other decisions")
    func everything() throws {
        let recorder = LineRecorder()
        let queue = LineQueue { recorder.add($0) }
        try queue.start()
        let store = SnapshotStore(try CheckFixture.snapshot(Self.policies))
        let metrics = CheckMetrics(store: store)
        var settings = CheckSettings()
        settings.explains = true
        settings.answersAccess = true
        let responder = CheckResponder(
            store: store, settings: settings, clock: { 1_700_000_000 }, log: DecisionLog(to: queue, clock: { 1 }),
            metrics: metrics)
        var loop = responder.makeLoopState()
        let document = #"{"destination": {"workload": "prod/api"}, "request": {"path": "/open"}}"#
        _ = CheckFixture.ask(responder, in: &loop, "POST", "/v1/explain", body: "[\(document), \(document)]")
        _ = CheckFixture.ask(responder, in: &loop, "POST", "/v1/explain", body: "{")
        _ = CheckFixture.ask(responder, in: &loop, "POST", "/v1/check", body: "{}")
        let json = [("content-type", "application/json")]
        for body in ["{", #"{"evaluations": [{}, {}]}"#] {
            _ = CheckFixture.ask(
                responder, in: &loop, "POST", "/access/v1/evaluations", headers: json, body: body)
        }
        responder.refused(for: .invalidHost, from: Peer(address: nil, isTrusted: false), in: &loop)
        responder.refused(for: .timedOut, from: Peer(address: nil, isTrusted: false), in: &loop)
        let expected = [
            #"authz_check_requests_total{api="http",outcome="deny",reason="request-invalid"} 1"#,
            #"authz_check_requests_total{api="document",outcome="deny",reason="request-invalid"} 1"#,
            #"authz_check_requests_total{api="authzen",outcome="deny",reason="request-invalid"} 3"#,
            #"authz_check_requests_total{api="explain",outcome="allow",reason="allowed-by-policy"} 2"#,
            #"authz_check_requests_total{api="explain",outcome="deny",reason="request-invalid"} 1"#,
        ]
        var writer = MetricsWriter()
        metrics.write(to: &writer)
        let samples = String(decoding: writer.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(
            samples.filter { $0.hasPrefix("authz_check_requests_total{") && !$0.hasSuffix(" 0") }.sorted()
                == expected.sorted())
        let lines = recorder.lines(of: queue)
        #expect(lines.count { $0.contains(#""reason":"request-invalid""#) } == 6)
        #expect(lines.count { $0.contains(#""api":"explain""#) } == 3)
    }

    @Test("an issuer is named as in the metrics of its keys: without user, password and query")
    func redactedIssuer() throws {
        let scene = try Scene(
            Self.policies.replacing(KeyScene.issuer, with: "https://u:secret@issuer.example/a?k=secret"))
        scene.ask(
            "GET", "/open",
            token: KeyScene.token(.p256, keyID: "a", issuer: "https://u:secret@issuer.example/a?k=secret"))
        let samples = scene.samples("authz_jwt_verifications_total{")
        #expect(samples == [#"authz_jwt_verifications_total{issuer="https://issuer.example/a",result="verified"} 1"#])
    }

    @Test("dry runs are counted by the policy that matched, or by none")
    func dryRuns() throws {
        let scene = try Scene(Self.policies)
        scene.ask("DELETE", "/open", times: 2)
        scene.ask("GET", "/open")
        #expect(
            scene.samples("authz_dry_run_total{") == [
                #"authz_dry_run_total{namespace="",policy="",would="allow"} 1"#,
                #"authz_dry_run_total{namespace="",policy="",would="deny"} 2"#,
                #"authz_dry_run_total{namespace="prod",policy="no-deletes",would="deny"} 2"#,
                #"authz_dry_run_total{namespace="prod",policy="reads",would="allow"} 1"#,
            ])
    }

    @Test("tokens are counted by the issuer of a rule, and no token names a sample")
    func tokens() throws {
        let scene = try Scene(Self.policies)
        scene.ask("GET", "/open", token: KeyScene.token(.p256, keyID: "a"), times: 2)
        scene.ask("GET", "/open", token: KeyScene.token(.p256, keyID: "b"))
        scene.ask("GET", "/open", token: KeyScene.token(.p256, keyID: "a", issuer: "https://evil.example"))
        scene.ask("GET", "/open", token: "x")
        scene.ask("GET", "/open")
        let name = #"authz_jwt_verifications_total{issuer="\#(KeyScene.issuer)",result="#
        #expect(
            scene.samples("authz_jwt_verifications_total{") == [
                name + #""verified"} 2"#, name + #""token-malformed"} 1"#, name + #""token-key-unknown"} 1"#,
                #"authz_jwt_verifications_total{issuer="other",result="token-issuer-unknown"} 1"#,
            ])
    }

    @Test("counts go on over a reload where the policies name the same, and end where they do not")
    func reload() throws {
        let scene = try Scene(Self.policies)
        scene.ask("DELETE", "/open", token: KeyScene.token(.p256, keyID: "a"))
        scene.store.replace(
            with: try CheckFixture.snapshot(Self.policies + "\n" + Self.dryRun("other", action: "DENY", method: "PUT")))
        scene.ask("DELETE", "/open", token: KeyScene.token(.p256, keyID: "a"))
        #expect(scene.samples("authz_dry_run_total{").contains { $0.contains("no-deletes") && $0.hasSuffix(" 2") })
        #expect(scene.samples("authz_jwt_verifications_total{").contains { $0.hasSuffix(" 2") })
        scene.store.replace(with: try CheckFixture.snapshot(CheckFixture.allow("{}")))
        #expect(!scene.samples("authz_dry_run_total{").contains { $0.contains("no-deletes") })
        #expect(scene.samples("authz_jwt_verifications_total{").isEmpty)
        #expect(scene.samples("authz_check_requests_total{").first?.hasSuffix(" 2") == true)
    }
}
