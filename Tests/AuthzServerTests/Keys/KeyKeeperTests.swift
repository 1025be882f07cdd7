import AuthzEngine
import AuthzServer
import AuthzTestSupport
import AuthzToken
import Logging
import Testing

/// Keys across reloads of policies.
@Suite(.timeLimit(.minutes(2))) struct KeyKeeperTests {
    private static func policies(_ urls: [String], comment: String = "") -> String {
        let rules = urls.map { "{issuer: '\(KeyScene.issuer)', jwksUri: '\($0)', timeout: 60s}" }
        return """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: tokens, namespace: prod}
            spec: {jwtRules: [\(rules.joined(separator: ", "))]}
            ---
            \(comment)\(CheckFixture.allow("{from: [{source: {requestPrincipals: ['*']}}]}"))
            """
    }

    private static func schedule() -> KeySchedule {
        var schedule = KeySchedule()
        schedule.refreshInterval = .seconds(3600)
        schedule.minimumRefetch = .milliseconds(1)
        schedule.lookInterval = .milliseconds(1)
        return schedule
    }

    private func run(
        _ store: SnapshotStore, while body: @Sendable (KeyKeeper) async throws -> Void
    ) async throws {
        var limits = FetchLimits()
        limits.allowsHTTP = true
        let keeper = KeyKeeper(
            store: store, schedule: Self.schedule(), fetcher: DocumentFetcher(limits: limits),
            fileInterval: .milliseconds(2), options: KeyOptions(), logger: LogRecorder().logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await keeper.run() }
            try await body(keeper)
            group.cancelAll()
        }
    }

    /// Puts other policies in force.
    private func reload(_ text: String, in store: SnapshotStore, _ keeper: KeyKeeper) throws {
        let next = try CheckFixture.snapshot(text, after: store.current.point.policySet)
        keeper.adopt(store.replace(with: next))
    }

    @Test(
        "a source that stays keeps its keys, the very object, and is not asked again; a gone one stops, a new one is asked"
    )
    func sources() async throws {
        try await ScriptedServer.run { path, count in
            .ok(KeyScene.keySet(.p256, keyID: "\(path)-\(count)"))
        } _: { server in
            let (a, b, c) = (server.url("/a"), server.url("/b"), server.url("/c"))
            let store = SnapshotStore(try CheckFixture.snapshot(Self.policies([a, b])))
            try await run(store) { keeper in
                try await eventually("both are there") { store.current.point.keySets.allSatisfy { $0 != nil } }
                #expect(keeper.board.allTried)
                let kept = store.current.point.keySets[0]
                let generation = store.current.point.generation
                try reload(Self.policies([c, a]), in: store, keeper)
                #expect(store.current.point.generation == generation + 1)
                #expect(store.current.point.keySets[1] === kept, "it is in force from the first moment")
                #expect(keeper.board.allTried, "a new source does not make a server unready")
                try await eventually("the new one is there") { store.current.point.keySets[0] != nil }
                #expect(keeper.board.all.map(\.name) == [c, a])
                #expect(store.current.point.keySets[1] === kept)
                #expect(server.count(of: "/a") == 1)

                // What a token asks for reaches the source that stayed, and not the one that is gone.
                store.current.demand.note(1)
                try await eventually("it was asked again") { server.count(of: "/a") == 2 }
                #expect(server.count(of: "/b") == 1)
                try reload(Self.policies([a, b]), in: store, keeper)
                try await eventually("what came again is asked again") { server.count(of: "/b") == 2 }
            }
        }
    }

    @Test("an answer for a source that is gone changes nothing, and one that stays is found at its new place")
    func places() throws {
        let urls = ["https://a.example/", "https://b.example/"]
        let store = SnapshotStore(try CheckFixture.snapshot(Self.policies(urls)))
        let names = KeySourceName.all(of: store.current.point).compactMap(\.self)
        let installer = KeyInstaller(names: names, store: store, options: KeyOptions())
        store.replace(with: try CheckFixture.snapshot(Self.policies([urls[1]])))
        let before = store.current
        let document = Array(KeyScene.keySet(.p256, keyID: "a").utf8)
        #expect(installer.install(document, of: 0) == .installed(keys: 1))
        #expect(store.current === before)
        #expect(installer.install(document, of: 1) == .installed(keys: 1))
        #expect(store.current.point.keySets.map { $0?.keys.count } == [1])
    }

    @Test(
        "a token that was verified stays remembered over a reload, where its rule and its keys stay",
        arguments: [true, false])
    func remembers(isSame: Bool) throws {
        let text = KeyScene.keySet(.p256, keyID: "a")
        let policies = { (audience: String) in
            """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: tokens, namespace: prod}
            spec:
              jwtRules:
              - {issuer: '\(KeyScene.issuer)', audiences: [\(audience)], jwks: '\(text)'}
            """
        }
        let first = try CheckFixture.snapshot(policies("a"))
        let second = try CheckFixture.snapshot(
            policies(isSame ? "a" : "b") + "\n---\n" + CheckFixture.allow("{}"), after: first.point.policySet)
        #expect(second.point.keySets[0] === first.point.keySets[0])
        let fixture = try CheckFixture(policies("a"))
        var loop = fixture.responder.makeLoopState()
        let token = TestSigner.p256.token(
            header: #"{"alg":"ES256","kid":"a"}"#, payload: #"{"iss":"\#(KeyScene.issuer)","sub":"s","aud":["a","b"]}"#)
        let store = SnapshotStore(first)
        let responder = CheckResponder(store: store, settings: CheckSettings(), clock: { 1_700_000_000 }, log: nil)
        let ask = { (loop: inout CheckLoopState) in
            CheckFixture.ask(
                responder, in: &loop, "GET", "/workload/prod/api/check/",
                headers: [("authorization", "Bearer \(token)")])
        }
        #expect(ask(&loop).status == 200)
        #expect(loop.rememberedTokens == 0)
        #expect(ask(&loop).status == 200)
        #expect(loop.rememberedTokens == 1)
        store.replace(with: second)
        #expect(ask(&loop).status == 200)
        #expect(loop.rememberedTokens == (isSame ? 2 : 1))
    }
}
