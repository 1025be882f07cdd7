import AuthzCore
import AuthzServer
import Testing

@Suite struct DocumentEndpointTests {
    private let fixture: CheckFixture

    init() throws {
        fixture = try CheckFixture(CheckFixture.allow("to: [{operation: {methods: [GET]}}]"))
    }

    private static func document(_ method: String = "GET", workload: String = "prod/api") -> String {
        #"{"destination": {"workload": "\#(workload)"}, "request": {"method": "\#(method)", "path": "/a"}}"#
    }

    private func ask(_ body: String) -> CheckFixture.Reply { fixture.ask("POST", "/v1/check", body: body) }

    private func value(_ names: String..., in body: String) throws -> String? {
        var tape = JSONTape()
        try tape.scan(Array(body.utf8).span)
        var node = tape.root
        for name in names {
            if let index = Int(name) {
                guard let element = Array(tape.elements(of: node)).dropFirst(index).first else { return nil }
                node = element
            } else {
                guard let member = tape.member(Array(name.utf8).span, of: node) else { return nil }
                node = member
            }
        }
        return tape.string(at: node)
    }

    @Test("a decision is 200, whatever it is", arguments: [("GET", "allow", "200"), ("POST", "deny", "403")])
    func decisions(method: String, outcome: String, status: String) throws {
        let reply = ask(Self.document(method))
        #expect(reply.status == 200)
        #expect(reply.headers == ["content-type": "application/json"])
        #expect(try value("outcome", in: reply.body) == outcome)
        #expect(try value("status", in: reply.body) == status)
        #expect(try value("workload", in: reply.body) == "prod/api")
        #expect(try value("decisionId", in: reply.body)?.count == 32)
    }

    @Test("a batch is answered in its order")
    func batch() throws {
        let reply = ask("[\(Self.document()), \(Self.document("POST")), \(Self.document())]")
        #expect(reply.status == 200)
        let outcomes = try (0..<3).map { try value("\($0)", "outcome", in: reply.body) }
        #expect(outcomes == ["allow", "deny", "allow"])
        #expect(ask("[]").body == "[]\n")
    }

    @Test("a workload that nobody knows is a denial")
    func unknownWorkload() throws {
        #expect(try value("reason", in: ask(Self.document(workload: "prod/other")).body) == "unknown-workload")
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var body: String, error: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "what is no request document is 400 and says why",
        arguments: [
            Bad(body: "", error: "the body is not JSON: it ends too early, after 0 bytes", why: "nothing"),
            Bad(body: "{", error: "the body is not JSON: it ends too early, after 1 bytes", why: "half an object"),
            Bad(
                body: "destination: {workload: prod/api}", error: "the body is not JSON: unexpected byte at offset 0",
                why: "YAML"),
            Bad(
                body: "{} {}", error: "the body is not JSON: something follows the value at offset 3",
                why: "two documents"),
            Bad(body: "null", error: "the request cannot be read", why: "no object"),
            Bad(body: "{}", error: "the request cannot be read", why: "no workload"),
            Bad(
                body: "[\(document()), 1]", error: "the request cannot be read",
                why: "a batch with something else in it"),
            Bad(
                body: #"{"destination": {"workload": "prod/api"}, "now": "2026-01-01T00:00:00Z"}"#,
                error: "the request cannot be read", why: "a clock"),
            Bad(
                body: #"{"destination": {"workload": "prod/api"}, "request": {}, "token": {"claims": {"iss": "a"}}}"#,
                error: "the request cannot be read", why: "claims"),
            Bad(
                body: #"{"destination": {"workload": "prod/api"}, "sauce": {}}"#, error: "the request cannot be read",
                why: "an unknown field"),
            Bad(
                body: "[\(Array(repeating: "{}", count: 1001).joined(separator: ","))]",
                error: "the request cannot be read", why: "too large a batch"),
        ])
    func bad(_ c: Bad) throws {
        let reply = ask(c.body)
        #expect(reply.status == 400)
        #expect(try value("error", in: reply.body) == c.error)
    }

    @Test("each problem of each document has its place")
    func places() throws {
        let body =
            "[\n\(Self.document()),\n{\"destination\": {\"workload\": \"prod/api\"}, \"now\": \"2026-01-01T00:00:00Z\", \"x\": 2}]"
        let reply = ask(body)
        #expect(try value("diagnostics", "0", "line", in: reply.body) == "3")
        #expect(try value("diagnostics", "0", "code", in: reply.body) == "offline-only")
        #expect(try value("diagnostics", "1", "code", in: reply.body) == "unknown-field")
    }

    @Test("other methods are refused", arguments: ["GET", "HEAD", "PUT"])
    func methods(_ method: String) {
        let reply = fixture.ask(method, "/v1/check", body: Self.document())
        #expect(reply.status == 405)
        #expect(reply.headers["allow"] == "POST")
    }

    @Test("every prefix of a document is refused")
    func prefixes() {
        let body = Self.document()
        for length in 0..<body.utf8.count {
            #expect(ask(String(decoding: Array(body.utf8)[..<length], as: UTF8.self)).status == 400)
        }
    }
}
