import AuthzCore
import AuthzServer
import AuthzTestSupport
import Testing

/// Which headers the properties of a question become, and how many.
@Suite(.timeLimit(.minutes(2))) struct AccessHeaderTests {
    private static func ask(
        _ policies: String, _ body: String, path: String = "/access/v1/evaluation"
    ) throws -> CheckFixture.Reply {
        var settings = CheckSettings()
        settings.answersAccess = true
        return try CheckFixture(policies, defaultWorkload: "prod/api", settings: settings).ask(
            "POST", path, headers: [("content-type", "application/json")], body: body)
    }

    private static func question(context: String, action: String = "read") -> String {
        #"{"subject": {"type": "user", "id": "alice"}, "action": {"name": "\#(action)"}, "#
            + #""resource": {"type": "record", "id": "1"}, "context": \#(context)}"#
    }

    private static func members(_ count: Int, value: String = "1") -> String {
        "{\((0..<count).map { "\"c\($0)\": \(value)" }.joined(separator: ","))}"
    }

    @Test(
        "an action is the method, whatever HTTP would make of it",
        arguments: ["QUERY", "CONNECT", "OPTIONS", "HEAD", "TRACE", "get", "a b", "a\\nb", "é"])
    func methods(_ action: String) throws {
        let rule = "to: [{operation: {methods: [\"\(action)\"]}}]"
        let allowed = try Self.ask(CheckFixture.allow(rule), Self.question(context: "{}", action: action))
        #expect(allowed.body.hasPrefix(#"{"decision":true"#), "\(allowed.body)")
        let other = try Self.ask(CheckFixture.allow(rule), Self.question(context: "{}", action: "other"))
        #expect(other.body.contains(#""reason":"no-allow-policy-matched""#))
    }

    struct Text: Sendable, CustomTestStringConvertible {
        var json: String, value: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "text that is more than a line is there as JSON, and is no other text",
        arguments: [
            Text(json: #""eu\nus""#, value: #"'"eu\nus"'"#, why: "two lines"),
            Text(json: #""eu\u007f""#, value: #"'"eu\u007f"'"#, why: "another control character"),
            Text(json: #"["a\rb", "us"]"#, value: #"'"a\rb"'"#, why: "in a list"),
            Text(json: #""eu\tus""#, value: #""eu\tus""#, why: "a tab is no such character"),
            Text(json: #"{"a": ["é\n"]}"#, value: #"'{"a":["é\n"]}'"#, why: "an object has always been JSON"),
        ])
    func lines(_ c: Text) throws {
        let question = Self.question(context: #"{"zone": \#(c.json)}"#)
        let rule = { (test: String) in "when: [{key: 'request.headers[x-context-zone]', \(test)}]" }
        let equal = try Self.ask(CheckFixture.allow(rule("values: [\(c.value)]")), question)
        #expect(equal.body.hasPrefix(#"{"decision":true"#), "\(equal.body)")
        let present = try Self.ask(ForwardAuthFixture.deny(rule("values: ['*']")), question)
        #expect(present.body.hasPrefix(#"{"decision":false"#), "it is not left out")
    }

    @Test("a question of more headers than are read is 400, and in a batch has an error of its own")
    func tooMany() throws {
        #expect(try Self.ask("", Self.question(context: Self.members(98))).body.hasPrefix(#"{"decision":true"#))
        let long = "\"\(String(repeating: "a", count: 40_000))\""
        for context in [
            Self.members(99), Self.members(5000),
            #"{"a": [\#(Array(repeating: "1", count: 5000).joined(separator: ","))]}"#,
            Self.members(2, value: long),
        ] {
            let reply = try Self.ask("", Self.question(context: context))
            #expect(reply.status == 400)
            #expect(reply.body == #"{"error":"the evaluation is more than the 98 headers and 60 KiB that are read"}"#)
        }
        let batch =
            #"{"evaluations": [\#(Self.question(context: Self.members(99))), \#(Self.question(context: "{}"))]}"#
        let reply = try Self.ask("", batch, path: "/access/v1/evaluations")
        #expect(reply.status == 200)
        #expect(reply.body.hasPrefix(#"{"evaluations":[{"decision":false,"context":{"error":{"status":400,"#))
        #expect(reply.body.contains(#"{"decision":true"#))
    }

    @Test(
        "SR-38: a small batch asks for little work",
        arguments: [members(1200), "{\((0..<1200).map { "\" \($0)\":1" }.joined(separator: ","))}"])
    func hostileBatch(_ context: String) throws {
        let status = { (count: Int) in
            let evaluations = Array(repeating: "{}", count: count).joined(separator: ",")
            let body = Self.question(context: context).dropLast() + #", "evaluations": [\#(evaluations)]}"#
            return try Self.ask("", String(body), path: "/access/v1/evaluations").status
        }
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try status(16) == 200)
        #expect(try status(300) == 400)
        // A regular expression for each name took 2 s.
        #expect(clock.now - start < .seconds(12))
    }

    @Test("the metadata name the scheme of the listener, and the host that was asked; HEAD is as GET")
    func metadata() throws {
        var settings = CheckSettings()
        settings.answersAccess = true
        settings.listensWithTLS = true
        let fixture = try CheckFixture("", settings: settings)
        let path = "/.well-known/authzen-configuration"
        #expect(fixture.ask("GET", path).body.hasPrefix(#"{"policy_decision_point":"https://api.example","#))
        #expect(fixture.ask("HEAD", path).status == 200)
        let put = fixture.ask("PUT", path)
        #expect(put.status == 405 && put.headers["allow"] == "GET, HEAD")
        #expect(fixture.ask("GET", path, host: nil).status == 400, "HTTP/1.0 may have none")
        settings.accessURL = "https://pdp.example.com"
        #expect(try CheckFixture("", settings: settings).ask("GET", path, host: nil).status == 200)
    }
}
