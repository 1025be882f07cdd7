import AuthzCore
import AuthzServer
import AuthzTestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct DecisionLogTests {
    private let recorder = LineRecorder()
    private let queue: LineQueue

    init() throws {
        queue = LineQueue { [recorder] in recorder.add($0) }
        try queue.start()
    }

    private func log(share: Double = 1) -> DecisionLog { DecisionLog(to: queue, share: share, clock: { 1 }) }

    private var lines: [String] { recorder.lines(of: queue) }

    /// A member of a line: a text, or the part of an object; `nil` where it is not there.
    private func member(_ names: String..., of line: String) throws -> String? {
        var tape = JSONTape()
        try tape.scan(Array(line.utf8).span)
        var node = tape.root
        for name in names {
            guard let next = tape.member(Array(name.utf8).span, of: node) else { return nil }
            node = next
        }
        return tape.string(at: node)
    }

    @Test("SR-41: a decision is one line of JSON without what is secret")
    func line() throws {
        let fixture = try CheckFixture(CheckFixture.allow("to: [{operation: {methods: [POST]}}]"), log: log())
        _ = fixture.ask(
            "GET", "/workload/prod/api/check/a%0a?access_token=secret&api_key=secret",
            headers: [("cookie", "secret"), ("x-api-key", "secret"), ("authorization", "Basic secret")])
        let lines = lines
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(!line.contains("secret"))
        for (name, value) in [
            ("message", "decision"), ("outcome", "deny"), ("reason", "no-allow-policy-matched"),
            ("workload", "prod/api"),
            ("path", "/a%0a"), ("method", "GET"), ("api", "http"), ("level", "info"), ("generation", "1"),
        ] {
            #expect(try member(name, of: line) == value)
        }
        #expect(try member("decisionId", of: line)?.count == 32)
        #expect(try member("policySet", of: line)?.hasPrefix("sha256:") == true)
    }

    @Test("SR-38: long text of a caller is cut")
    func longText() throws {
        let fixture = try CheckFixture("", log: log())
        let path = "/" + String(repeating: "a", count: 30_000)
        _ = fixture.ask("GET", "/workload/prod/api/check\(path)")
        _ = fixture.ask("GET", "/workload/prod/api/check/\(String(repeating: "b", count: 1000))")
        let lines = lines
        #expect(lines.first?.utf8.count ?? .max < 2048)
        #expect(lines.first?.contains("aaa…\"") == true)
        #expect(lines.last?.contains("bbb\"") == true)
    }

    @Test("SR-41: text of a caller cannot end the line")
    func injection() throws {
        let fixture = try CheckFixture("", log: log())
        let document = #"{"destination": {"workload": "prod/api"}, "request": {"path": "/a", "host": "a\n{\"x\": 1}"}}"#
        _ = fixture.ask("POST", "/v1/check", body: document)
        let lines = lines
        #expect(lines.count == 1)
        #expect(lines.first?.contains(#"a\n{\"x\": 1}"#) == true)
        #expect(lines.first?.contains(#""api":"document""#) == true)
    }

    @Test("the caller is named whatever it asks, and so is what found the workload")
    func caller() throws {
        var settings = CheckSettings()
        settings.answersAccess = true
        let fixture = try CheckFixture("", defaultWorkload: "prod/api", settings: settings, log: log())
        let peer = Peer(
            address: nil, isTrusted: true,
            certificate: ClientCertificate(uris: ["spiffe://cluster.local/ns/a/sa/b"], dnsNames: []))
        let json = [("content-type", "application/json")]
        let question =
            #"{"subject": {"type": "user", "id": "a"}, "action": {"name": "r"}, "resource": {"type": "t", "id": "1"}}"#
        let document = #"{"destination": {"workload": "prod/api"}, "request": {}}"#
        _ = fixture.ask("POST", "/access/v1/evaluation", headers: json, body: question, peer: peer)
        _ = fixture.ask("POST", "/v1/check", body: document, peer: peer)
        _ = fixture.ask("GET", "/check/a", peer: peer)
        let lines = lines
        #expect(
            try lines.map { try member("caller", of: $0) }
                == Array(repeating: "spiffe://cluster.local/ns/a/sa/b", count: 3))
        #expect(
            try lines.map { try member("workloadFoundBy", of: $0) } == ["listener", "request-document", "listener"])
    }

    struct TokenCase: Sendable, CustomTestStringConvertible {
        var token: String, algorithm: String?, keyID: String?, subject: String?, why: String
        var testDescription: String { why }
    }

    @Test(
        "SR-41: of a token the log has header, digest and, where it is verified, a few claims",
        arguments: [
            TokenCase(
                token: KeyScene.token(.p256, keyID: "a"), algorithm: "ES256", keyID: "a", subject: "a", why: "verified"),
            TokenCase(
                token: KeyScene.token(.p256, keyID: "b"), algorithm: "ES256", keyID: "b", subject: nil,
                why: "of no known key: its claims are nobody's word"),
            TokenCase(token: "secret.secret.secret", algorithm: nil, keyID: nil, subject: nil, why: "not a token"),
        ])
    func token(_ c: TokenCase) throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: tokens, namespace: prod}
            spec: {jwtRules: [{issuer: '\(KeyScene.issuer)', jwks: '\(KeyScene.keySet(.p256, keyID: "a"))'}]}
            """
        let fixture = try CheckFixture(policies, log: log())
        _ = fixture.ask("GET", "/workload/prod/api/check/", headers: [("authorization", "Bearer \(c.token)")])
        let line = try #require(lines.first)
        #expect(try member("token", "alg", of: line) == c.algorithm)
        #expect(try member("token", "kid", of: line) == c.keyID)
        #expect(try member("token", "sub", of: line) == c.subject)
        #expect(try member("token", "iss", of: line) == (c.subject == nil ? nil : KeyScene.issuer))
        #expect(try member("token", "sha256", of: line)?.count == 64)
        for piece in c.token.split(separator: ".") { #expect(!line.contains(piece)) }
    }

    struct TraceCase: Sendable, CustomTestStringConvertible {
        var value: String, traceID: String?, why: String
        var testDescription: String { why }
    }

    @Test(
        "the trace of a request is carried, and nothing else that stands there",
        arguments: [
            TraceCase(
                value: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                traceID: "4bf92f3577b34da6a3ce929d0e0e4736", why: "one that is right"),
            TraceCase(
                value: "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                traceID: "4bf92f3577b34da6a3ce929d0e0e4736", why: "a later version, with more behind"),
            TraceCase(
                value: "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more", traceID: nil,
                why: "a later version, not divided so"),
            TraceCase(
                value: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", traceID: nil,
                why: "this version, with more behind"),
            TraceCase(
                value: "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", traceID: nil, why: "upper case"),
            TraceCase(
                value: "00-00000000000000000000000000000000-00f067aa0ba902b7-01", traceID: nil,
                why: "the ID that is none"),
            TraceCase(
                value: "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", traceID: nil,
                why: "the version that is none"),
            TraceCase(value: "00-4bf92f3577b34da6-00f067aa0ba902b7-01", traceID: nil, why: "too short"),
            TraceCase(
                value: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7\"01", traceID: nil, why: "not divided so"),
        ])
    func trace(_ c: TraceCase) throws {
        let fixture = try CheckFixture("", log: log())
        _ = fixture.ask("GET", "/workload/prod/api/check/", headers: [("traceparent", c.value)])
        let line = try #require(lines.first)
        #expect(try member("traceId", of: line) == c.traceID)
        #expect(try member("traceparent", of: line) == (c.traceID == nil ? nil : String(c.value.prefix(55))))
    }

    @Test("the trace of a call is that of the documents in it, where they have none of their own")
    func traceOfCall() throws {
        let fixture = try CheckFixture("", log: log())
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let other = trace.replacing("4bf9", with: "5bf9")
        func document(_ headers: String) -> String {
            #"{"destination": {"workload": "prod/api"}, "request": {"path": "/", "headers": {\#(headers)}}}"#
        }
        _ = fixture.ask(
            "POST", "/v1/check", headers: [("traceparent", trace)],
            body: "[\(document("")), \(document(#""traceparent": "\#(other)""#))]")
        let lines = lines
        #expect(try member("traceparent", of: lines[0]) == trace)
        #expect(try member("traceparent", of: lines[1]) == other)
    }

    @Test("allowing decisions are sampled evenly, denying ones are all there", arguments: [0.0, 0.1, 0.5, 1.0])
    func sample(share: Double) throws {
        let fixture = try CheckFixture(
            CheckFixture.allow("to: [{operation: {methods: [GET]}}]"), log: log(share: share))
        for _ in 0..<200 {
            _ = fixture.ask("GET", "/workload/prod/api/check/")
            _ = fixture.ask("PUT", "/workload/prod/api/check/")
        }
        let lines = lines
        #expect(lines.count { $0.contains(#""outcome":"deny""#) } == 200)
        let allowed = lines.count { $0.contains(#""outcome":"allow""#) }
        #expect(abs(Double(allowed) - 200 * share) <= 2, "\(allowed)")
    }
}
