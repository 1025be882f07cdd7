import AuthzCore
import AuthzServer
import Testing

@Suite struct AdminResponderTests {
    private let health = ServerHealth()
    private let board = KeyStatusBoard([
        KeySourceStatus(
            location: .url("https://user:secret@issuer.example/keys?secret"), issuer: "https://issuer.example?secret")
    ])
    private let responder: AdminResponder

    init() throws {
        let fixture = try CheckFixture(CheckFixture.allow("{}"))
        responder = AdminResponder(
            store: fixture.store, keys: board, health: health,
            metrics: [
                BuildMetrics(version: "1.2.3"), PolicyMetrics(store: fixture.store), KeyMetrics(board: board),
            ])
    }

    private func ask(_ target: String, method: String = "GET") -> CheckFixture.Reply {
        var intake = RequestIntake(limits: RequestLimits())
        intake.begin(peer: Peer(address: nil, isTrusted: false))
        intake.setMethod(method.utf8.span)
        intake.setTarget(target.utf8.span)
        var writer = responder.makeLoopState()
        var answer = Answer()
        responder.respond(to: &intake, in: &writer, with: &answer)
        return CheckFixture.reply(answer)
    }

    @Test("the process lives, ready or not")
    func healthz() {
        #expect(ask("/healthz") == .init(status: 200, body: "ok\n", headers: ["content-type": "text/plain"]))
        health.beginDraining()
        #expect(ask("/healthz").status == 200)
    }

    @Test("it is ready once each key set was asked for, and until it drains")
    func readyz() {
        #expect(ask("/readyz").status == 503)
        #expect(ask("/readyz").body == "not ready: keys are being fetched\n")
        board.update(0) { $0.hasBeenTried = true }
        #expect(ask("/readyz") == .init(status: 200, body: "ready\n", headers: ["content-type": "text/plain"]))
        health.beginDraining()
        #expect(ask("/readyz").status == 503)
        #expect(ask("/readyz").body == "not ready: stopping\n")
    }

    @Test("the details are JSON, without what is secret", arguments: ["/readyz?verbose", "/readyz?a&verbose=1"])
    func verbose(_ target: String) throws {
        board.update(0) { status in
            status.hasBeenTried = true
            status.keyCount = 2
            status.lastError = "timed out"
        }
        let reply = ask(target)
        #expect(reply.status == 200)
        #expect(reply.headers["content-type"] == "application/json")
        #expect(reply.body.contains(#""policies":1"#))
        #expect(
            reply.body.contains(
                #"{"kind":"url","source":"https://issuer.example/keys","issuer":"https://issuer.example","tried":true,"#
                    + #""keys":2,"ageSeconds":null,"nextFetchSeconds":null,"lastError":"timed out"}"#))
        #expect(!reply.body.contains("secret"))
    }

    @Test("the metrics are text in the format of Prometheus, without what is secret")
    func metrics() {
        board.update(0) { status in
            status.keyCount = 2
            status.failures = 3
        }
        let reply = ask("/metrics")
        #expect(reply.status == 200)
        #expect(reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let source = #"issuer="https://issuer.example",source="https://issuer.example/keys""#
        for line in [
            #"authz_build_info{version="1.2.3"} 1"#, #"authz_policies_loaded{kind="AuthorizationPolicy"} 1"#,
            #"authz_policies_loaded{kind="PeerAuthentication"} 0"#,
            #"authz_jwks_fetch_total{\#(source),result="failure"} 3"#,
            #"authz_jwks_fetch_total{\#(source),result="success"} 0"#, #"authz_jwks_keys{\#(source)} 2"#,
        ] {
            #expect(reply.body.contains("\(line)\n"))
        }
        #expect(!reply.body.contains("secret"))
        #expect(!reply.body.contains("authz_jwks_age_seconds{"), "there are no keys yet")
        #expect(ask("/metrics") == reply)
    }

    @Test("SR-37: nothing else is there", arguments: ["/", "/metrics/", "/check/", "/v1/check", "/healthz/", "/debug"])
    func notFound(_ target: String) {
        #expect(ask(target).status == 404)
    }

    @Test("it is only read")
    func methods() {
        #expect(ask("/healthz", method: "POST").status == 405)
        #expect(ask("/healthz", method: "HEAD").status == 200)
    }
}
