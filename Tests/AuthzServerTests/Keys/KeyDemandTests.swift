import AuthzEngine
import AuthzServer
import AuthzTestSupport
import AuthzToken
import Logging
import Testing

@Suite(.timeLimit(.minutes(2))) struct KeyDemandTests {
    private let fixture: CheckFixture
    private let installer: KeyInstaller
    private let demand: KeyDemand

    init() throws {
        fixture = try CheckFixture(KeyScene.policies, defaultWorkload: "prod/api")
        let sources = RemoteKeySource.all(of: fixture.store.current.point)
        installer = KeyInstaller(sources: sources, store: fixture.store, options: KeyOptions())
        demand = fixture.store.current.demand
    }

    private func install(_ document: String) { _ = installer.install(Array(document.utf8), of: 0) }

    private static func document(_ token: String) -> String {
        #"{"destination": {"workload": "prod/api"}, "request": {"path": "/"}, "token": "\#(token)"}"#
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var token: String, isWanted: Bool, why: String
        var testDescription: String { why }
    }

    @Test(
        "SR-28: a token whose key the set lacks leaves a mark, on each endpoint, and no other token does",
        arguments: [
            Case(token: KeyScene.token(.p256, keyID: "new"), isWanted: true, why: "a key that nobody knows"),
            Case(token: KeyScene.token(.p256, keyID: "old"), isWanted: false, why: "the key that is known"),
            Case(token: KeyScene.token(.p256), isWanted: false, why: "no key is named, and one fits"),
            Case(token: KeyScene.token(.ed25519), isWanted: false, why: "a signature that is wrong"),
            Case(
                token: KeyScene.token(.p256, keyID: "new", issuer: "https://other.example"), isWanted: false,
                why: "an issuer that no rule is for"),
            Case(token: "a.b.c", isWanted: false, why: "not a token"),
        ])
    func marks(_ c: Case) {
        install(KeyScene.keySet(.p256, keyID: "old"))
        let bearer = [("authorization", "Bearer \(c.token)")]
        for target in ["/check/", "/workload/prod/api/check/"] {
            _ = fixture.ask("GET", target, headers: bearer)
            #expect(demand.take(0) == c.isWanted, "\(target)")
            #expect(!demand.take(0), "it was taken")
        }
        for body in [Self.document(c.token), "[\(Self.document(c.token))]"] {
            #expect(fixture.ask("POST", "/v1/check", body: body).status == 200)
            #expect(demand.take(0) == c.isWanted, "/v1/check")
        }
    }

    @Test("SR-28: where there are no keys at all, no token asks for one")
    func withoutKeys() {
        let headers = [("authorization", "Bearer \(KeyScene.token(.p256, keyID: "new"))")]
        #expect(fixture.ask("GET", "/check/", headers: headers).status == 401)
        #expect(!demand.take(0))
    }

    @Test("SR-28: 10,000 made-up keys cause no more fetches than are permitted, and the one new key is found")
    func flood() async throws {
        let good = KeyScene.token(.p256, keyID: "new")
        let parts = good.split(separator: ".")
        let start = ContinuousClock.now
        var schedule = KeySchedule()
        schedule.minimumRefetch = .milliseconds(200)
        schedule.lookInterval = .milliseconds(1)
        let interval = schedule.minimumRefetch
        try await ScriptedServer.run { _, count in
            .ok(KeyScene.keySet(.p256, keyID: count == 0 ? "old" : "new"))
        } _: { server in
            let location = KeyLocation.url(server.url("/keys"))
            var limits = FetchLimits()
            limits.allowsHTTP = true
            let refresher = KeyRefresher(
                sources: [RemoteKeySource(location: location, timeout: .seconds(60))], schedule: schedule,
                fetcher: DocumentFetcher(limits: limits), sink: installer, demand: demand,
                board: KeyStatusBoard([KeySourceStatus(location: location)]),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await refresher.run() }
                try await eventually("the old key is there") { fixture.store.current.point.keySets[0] != nil }
                let headers = [("authorization", "Bearer \(good)")]
                #expect(fixture.ask("GET", "/check/", headers: headers).body.hasPrefix("Jwks doesn't have key"))
                for number in 0..<10_000 {
                    let header = #"{"alg":"ES256","kid":"\#(number)"}"#
                    let token = "\(TestBase64URL.encode(Array(header.utf8))).\(parts[1]).\(parts[2])"
                    let headers = [("authorization", "Bearer \(token)")]
                    #expect(fixture.ask("GET", "/check/", headers: headers).status == 401)
                }
                try await eventually("the new key is there") {
                    fixture.ask("GET", "/check/", headers: headers).status == 200
                }
                let fetches = server.count(of: "/keys")
                #expect(fetches >= 2)
                #expect(fetches <= Int((ContinuousClock.now - start) / interval) + 1)
                group.cancelAll()
            }
        }
    }
}
