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
        responder = AdminResponder(store: fixture.store, keys: board, health: health)
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

    @Test("SR-37: nothing else is there", arguments: ["/", "/metrics", "/check/", "/v1/check", "/healthz/", "/debug"])
    func notFound(_ target: String) {
        #expect(ask(target).status == 404)
    }

    @Test("it is only read")
    func methods() {
        #expect(ask("/healthz", method: "POST").status == 405)
        #expect(ask("/healthz", method: "HEAD").status == 200)
    }
}
