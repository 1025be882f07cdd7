import AuthzCore
import AuthzServer
import AuthzTestSupport
import Testing

@Suite struct AccessEndpointTests {
    private static let tokens = """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: tokens, namespace: prod}
        spec:
          jwtRules: [{issuer: https://issuer.example, audiences: [a, b], jwks: '\(TestSigner.p256.jwks())'}]
        ---

        """

    private static func fixture(_ policies: String, url: String? = nil) throws -> CheckFixture {
        var settings = CheckSettings()
        settings.answersAccess = true
        settings.accessURL = url
        settings.maximumBatchCount = 20
        return try CheckFixture(tokens + policies, defaultWorkload: "prod/api", settings: settings)
    }

    private static let json = ("content-type", "application/json")

    private static func ask(
        _ fixture: CheckFixture, _ body: String, path: String = "/access/v1/evaluation",
        headers: [(String, String)] = [json]
    ) -> CheckFixture.Reply {
        fixture.ask("POST", path, headers: headers, body: body)
    }

    /// The decisions of an answer, in their order.
    private static func decisions(_ reply: CheckFixture.Reply) -> [String] {
        reply.body.matches(of: /"decision":(true|false)/).map { String($0.1) }
    }

    private static func question(
        subject: String = #"{"type": "user", "id": "alice"}"#, action: String = #"{"name": "read"}"#,
        resource: String = #"{"type": "record", "id": "1"}"#, more: String = ""
    ) -> String {
        #"{"subject": \#(subject), "action": \#(action), "resource": \#(resource)\#(more)}"#
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var rule: String, question: String, other: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "each part of a question has its place in policies",
        arguments: [
            Case(
                rule: "to: [{operation: {methods: [can_read]}}]", question: question(action: #"{"name": "can_read"}"#),
                other: question(action: #"{"name": "can_write"}"#), why: "an action is the method, whatever its name"),
            Case(
                rule: "to: [{operation: {paths: [/record/1]}}]", question: question(),
                other: question(resource: #"{"type": "record", "id": "2"}"#), why: "a resource is the path"),
            Case(
                rule: "to: [{operation: {paths: [/record/a%2F..%2Fb]}}]",
                question: question(resource: #"{"type": "record", "id": "a/../b"}"#),
                other: question(resource: #"{"type": "record", "id": "b"}"#), why: "whose ID is one segment"),
            Case(
                rule: "to: [{operation: {paths: [/record/..]}}]",
                question: question(resource: #"{"type": "record", "id": ".."}"#),
                other: question(resource: #"{"type": "record", "id": "."}"#), why: "which nobody normalizes"),
            Case(
                rule: "to: [{operation: {paths: [/record/%C3%A9%3Fa]}}]",
                question: question(resource: #"{"type": "record", "id": "é?a"}"#),
                other: question(resource: #"{"type": "record", "id": "é"}"#), why: "nor takes for a query"),
            Case(
                rule: "from: [{source: {requestPrincipals: [https://issuer.example/alice]}}]", question: question(),
                other: question(subject: #"{"type": "user", "id": "bob"}"#), why: "a subject is the request principal"),
            Case(
                rule: "when: [{key: 'request.auth.claims[type]', values: [user]}]", question: question(),
                other: question(subject: #"{"type": "robot", "id": "alice"}"#), why: "its type is a claim"),
            Case(
                rule: "when: [{key: 'request.auth.claims[role]', values: [admin]}]",
                question: question(subject: #"{"type": "user", "id": "a", "properties": {"role": ["x", "admin"]}}"#),
                other: question(subject: #"{"type": "user", "id": "a", "properties": {"role": ["x"]}}"#),
                why: "and so are its properties"),
            Case(
                rule: "when: [{key: 'request.auth.claims[level]', values: ['5']}]",
                question: question(subject: #"{"type": "user", "id": "a", "properties": {"level": 5}}"#),
                other: question(subject: #"{"type": "user", "id": "a", "properties": {"level": 6}}"#),
                why: "of which numbers are text"),
            Case(
                rule: "when: [{key: 'request.headers[x-resource-status]', values: [active]}]",
                question: question(
                    resource: #"{"type": "record", "id": "1", "properties": {"status": "active", "a b": "x"}}"#),
                other: question(resource: #"{"type": "record", "id": "1", "properties": {"status": "archived"}}"#),
                why: "properties of a resource are headers"),
            Case(
                rule: "when: [{key: 'request.headers[x-action-soft]', values: ['true']}]",
                question: question(action: #"{"name": "delete", "properties": {"soft": true}}"#),
                other: question(action: #"{"name": "delete", "properties": {"soft": false}}"#),
                why: "those of an action"),
            Case(
                rule: "when: [{key: 'request.headers[x-context-zone]', values: [eu]}]",
                question: question(more: #", "context": {"zone": ["us", "eu"]}"#),
                other: question(more: #", "context": {"zone": ["us"]}"#), why: "and the context"),
        ])
    func mapping(_ c: Case) throws {
        let fixture = try Self.fixture(CheckFixture.allow(c.rule))
        let allowed = Self.ask(fixture, c.question)
        #expect(allowed.status == 200)
        #expect(Self.decisions(allowed) == ["true"])
        #expect(allowed.body.hasPrefix(#"{"decision":true,"context":{"reason":"allowed-by-policy","decisionId":""#))
        let denied = Self.ask(fixture, c.other)
        #expect(denied.status == 200, "a denial is an answer")
        #expect(Self.decisions(denied) == ["false"])
        #expect(denied.body.contains(#""reason":"no-allow-policy-matched""#))
    }

    @Test("a property cannot pass for the subject, nor a claim for another issuer's")
    func properties() throws {
        let rule = "from: [{source: {requestPrincipals: [https://issuer.example/alice]}}]"
        let fixture = try Self.fixture(CheckFixture.allow(rule))
        let posing = #"{"type": "user", "id": "bob", "properties": {"sub": "alice", "type": "x"}}"#
        #expect(Self.decisions(Self.ask(fixture, Self.question(subject: posing))) == ["false"])
        let foreign = #"{"type": "user", "id": "alice", "properties": {"iss": "https://other.example"}}"#
        let reply = Self.ask(fixture, Self.question(subject: foreign))
        #expect(reply.body.contains(#""reason":"token-issuer-unknown""#))
        let expired = #"{"type": "user", "id": "alice", "properties": {"exp": 1000}}"#
        #expect(Self.ask(fixture, Self.question(subject: expired)).body.contains(#""reason":"token-expired""#))
    }

    @Test(
        "there is no connection: whatever is asked of it is unknown",
        arguments: [
            "from: [{source: {notPrincipals: ['*']}}]", "from: [{source: {notIpBlocks: [10.0.0.0/8]}}]",
            "to: [{operation: {notHosts: [a]}}]", "to: [{operation: {notPorts: ['1']}}]",
            "when: [{key: connection.sni, notValues: [a]}]",
        ])
    func unknown(_ rule: String) throws {
        #expect(Self.decisions(Self.ask(try Self.fixture(CheckFixture.allow(rule)), Self.question())) == ["false"])
    }

    @Test("mutual TLS of the mesh does not concern a question")
    func strict() throws {
        let fixture = try Self.fixture(
            """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: default, namespace: prod}
            spec: {mtls: {mode: STRICT}}
            """)
        #expect(Self.decisions(Self.ask(fixture, Self.question())) == ["true"])
    }

    struct Malformed: Sendable, CustomTestStringConvertible {
        var body: String, message: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "what cannot be read is 400",
        arguments: [
            Malformed(body: "", message: "`body` is empty", why: "nothing"),
            Malformed(body: "{", message: "`body` is not JSON", why: "half of it"),
            Malformed(body: #"{"a": 1, "a": 2}"#, message: "`body` is not JSON", why: "a member twice"),
            Malformed(body: "[]", message: "`evaluation` is not an object", why: "a list"),
            Malformed(body: "{}", message: "`subject` is missing", why: "no subject"),
            Malformed(body: question(subject: "5"), message: "`subject` is not an object", why: "a number for one"),
            Malformed(body: question(subject: #"{"id": "a"}"#), message: "`subject.type` is missing", why: "no type"),
            Malformed(
                body: question(subject: #"{"type": "user", "id": 5}"#), message: "`subject.id` is not a string",
                why: "a number for an ID"),
            Malformed(
                body: question(subject: #"{"type": "user", "id": ""}"#), message: "`subject.id` is empty",
                why: "an empty ID"),
            Malformed(body: question(action: "{}"), message: "`action.name` is missing", why: "no action"),
            Malformed(
                body: question(action: #"{"name": "a", "properties": []}"#),
                message: "`action.properties` is not an object", why: "a list of properties"),
            Malformed(body: question(resource: "null"), message: "`resource` is not an object", why: "null"),
            Malformed(
                body: question(more: #", "context": "a""#), message: "`context` is not an object",
                why: "text for context"),
        ])
    func malformed(_ c: Malformed) throws {
        let reply = Self.ask(try Self.fixture(""), c.body)
        #expect(reply.status == 400)
        #expect(reply.body == #"{"error":"\#(c.message)"}"#)
        #expect(reply.headers["content-type"] == "application/json")
    }

    @Test("the body is JSON, and is said to be")
    func contentType() throws {
        let fixture = try Self.fixture("")
        let status = { (headers: [(String, String)]) in Self.ask(fixture, Self.question(), headers: headers).status }
        #expect(status([]) == 400)
        #expect(status([("content-type", "text/plain")]) == 400)
        #expect(status([("content-type", "application/jsonx")]) == 400)
        #expect(status([Self.json, Self.json]) == 400)
        #expect(status([("content-type", "Application/JSON ; charset=utf-8")]) == 200)
    }

    @Test("members that the API does not know are left out, and a request is given its ID back")
    func extras() throws {
        let fixture = try Self.fixture("")
        #expect(Self.decisions(Self.ask(fixture, Self.question(more: #", "foo": {"bar": 1}"#))) == ["true"])
        let reply = { (id: String) in
            Self.ask(fixture, Self.question(), headers: [Self.json, ("X-Request-ID", id)]).headers["x-request-id"]
        }
        #expect(reply("bfe9eb29-ab87-4ca3-be83-a1d5d8305716") == "bfe9eb29-ab87-4ca3-be83-a1d5d8305716")
        #expect(reply("a b") == nil)
        #expect(reply(String(repeating: "a", count: 129)) == nil)
        #expect(Self.ask(fixture, "", headers: [Self.json, ("x-request-id", "a")]).headers["x-request-id"] == "a")
    }

    // MARK: Batches

    private static func batch(_ items: [String], semantic: String? = nil, defaults: String = "") -> String {
        let options = semantic.map { #","options": {"evaluations_semantic": "\#($0)"}"# } ?? ""
        return #"{\#(defaults)"evaluations": [\#(items.joined(separator: ","))]\#(options)}"#
    }

    @Test(
        "a batch ends as its semantic says",
        arguments: [
            (nil, ["true", "false", "true"]), ("execute_all", ["true", "false", "true"]),
            ("deny_on_first_deny", ["true", "false"]), ("permit_on_first_permit", ["true"]),
        ] as [(String?, [String])])
    func semantics(_ semantic: String?, _ expected: [String]) throws {
        let fixture = try Self.fixture(CheckFixture.allow("to: [{operation: {methods: [read]}}]"))
        let items = ["read", "write", "read"].map { Self.question(action: #"{"name": "\#($0)"}"#) }
        let reply = Self.ask(fixture, Self.batch(items, semantic: semantic), path: "/access/v1/evaluations")
        #expect(reply.status == 200)
        #expect(Self.decisions(reply) == expected)
        #expect(reply.body.hasPrefix(#"{"evaluations":[{"decision":"#))
    }

    @Test("what an evaluation lacks it has from the request, and what it has counts")
    func defaults() throws {
        let fixture = try Self.fixture(
            CheckFixture.allow(
                """
                to: [{operation: {methods: [read], paths: [/record/1, /record/3]}}]
                    from: [{source: {requestPrincipals: [https://issuer.example/alice]}}]
                """))
        let defaults = #""subject": {"type": "user", "id": "alice"}, "action": {"name": "read"}, "#
        let items = [
            #"{"resource": {"type": "record", "id": "1"}}"#, #"{"resource": {"type": "record", "id": "2"}}"#,
            #"{"resource": {"type": "record", "id": "3"}, "subject": {"type": "user", "id": "bob"}}"#,
            #"{"resource": {"type": "record", "id": "3"}}"#, "{}", "5",
        ]
        let reply = Self.ask(fixture, Self.batch(items, defaults: defaults), path: "/access/v1/evaluations")
        #expect(reply.status == 200)
        #expect(Self.decisions(reply) == ["true", "false", "false", "true", "false", "false"])
        #expect(
            reply.body.contains(
                #"{"decision":false,"context":{"error":{"status":400,"message":"`resource` is missing"}}}"#))
        #expect(reply.body.contains(#""message":"`evaluation` is not an object""#))
    }

    @Test("a batch without a list is one evaluation")
    func withoutList() throws {
        let fixture = try Self.fixture("")
        for more in ["", #", "evaluations": []"#] {
            let reply = Self.ask(fixture, Self.question(more: more), path: "/access/v1/evaluations")
            #expect(reply.body.hasPrefix(#"{"decision":true,"#))
        }
        #expect(Self.ask(fixture, "{}", path: "/access/v1/evaluations").status == 400)
    }

    @Test(
        "a batch that cannot be read is 400",
        arguments: [
            (#"{"evaluations": {}}"#, "`evaluations` is not an array"),
            (#"{"evaluations": [], "options": 5}"#, "`options` is not an object"),
            (#"{"options": {"evaluations_semantic": 5}}"#, "`options.evaluations_semantic` is not a string"),
            (
                "{\"evaluations\": [\(Array(repeating: "{}", count: 21).joined(separator: ","))]}",
                "there are more than 20 evaluations"
            ),
        ])
    func malformedBatch(_ body: String, _ message: String) throws {
        let reply = Self.ask(try Self.fixture(""), body, path: "/access/v1/evaluations")
        #expect(reply.status == 400)
        #expect(reply.body == #"{"error":"\#(message)"}"#)
    }

    @Test("SR-38: what each evaluation of a batch works on anew is bounded")
    func extent() throws {
        let ask = { (properties: String, own: String, count: Int) in
            let defaults = #""subject": {"type": "user", "id": "alice", "properties": \#(properties)}, "#
            let item = #"{"action": {"name": "read"}, "resource": {"type": "record", "id": "1"}\#(own)}"#
            let batch = Self.batch(Array(repeating: item, count: count), defaults: defaults)
            let reply = Self.ask(try Self.fixture(""), batch, path: "/access/v1/evaluations")
            if reply.status != 200 {
                #expect(
                    reply.body
                        == #"{"error":"the evaluations, each with what they share, are more than 1048576 bytes or 20000 members"}"#
                )
            }
            return reply.status
        }
        let text = { (count: Int) in "{\"a\": \"\(String(repeating: "a", count: count))\"}" }
        #expect(try ask(text(524_000), "", 2) == 200)
        #expect(try ask(text(525_000), "", 2) == 400)
        let context = { (count: Int) in
            #", "context": [\#(Array(repeating: "1", count: count).joined(separator: ","))]"#
        }
        // Each evaluation has six members of its own, and a member of the subject.
        #expect(try ask("{}", context(993), 20) == 200)
        #expect(try ask(#"{"a": 1}"#, context(994), 20) == 400)
    }

    @Test("a semantic that nobody knows is 400")
    func unknownSemantic() throws {
        let reply = Self.ask(
            try Self.fixture(""), Self.batch([Self.question()], semantic: "first"), path: "/access/v1/evaluations")
        #expect(reply.status == 400)
        #expect(reply.body.contains("`first` is no evaluations_semantic"))
    }

    // MARK: Elsewhere

    @Test("the metadata tell where the endpoints are")
    func configuration() throws {
        let ask = { (url: String?, path: String) in
            let reply = try Self.fixture("", url: url).ask("GET", "/.well-known/authzen-configuration\(path)")
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"] == "application/json")
            return reply.body
        }
        let expected = { (base: String) in
            #"{"policy_decision_point":"\#(base)","access_evaluation_endpoint":"\#(base)/access/v1/evaluation","#
                + #""access_evaluations_endpoint":"\#(base)/access/v1/evaluations"}"#
        }
        #expect(try ask(nil, "") == expected("http://api.example"))
        #expect(try ask("https://pdp.example.com", "") == expected("https://pdp.example.com"))
        #expect(
            try ask("https://pdp.example.com", "/workload/prod/api")
                == expected("https://pdp.example.com/workload/prod/api"))
    }

    @Test("another workload is asked about by its name")
    func workloads() throws {
        let fixture = try Self.fixture("")
        let ask = { (name: String) in
            Self.ask(fixture, Self.question(), path: "/workload/\(name)/access/v1/evaluation").body
        }
        #expect(ask("prod/api").hasPrefix(#"{"decision":true"#))
        #expect(ask("prod/other").contains(#""reason":"unknown-workload""#))
    }

    @Test("the API is there only where that was asked for, and for its methods")
    func notServed() throws {
        let closed = try CheckFixture("", defaultWorkload: "prod/api")
        #expect(Self.ask(closed, Self.question()).status == 404)
        #expect(closed.ask("GET", "/.well-known/authzen-configuration").status == 404)
        let open = try Self.fixture("")
        let get = open.ask("GET", "/access/v1/evaluation")
        #expect(get.status == 405 && get.headers["allow"] == "POST")
        #expect(open.ask("POST", "/.well-known/authzen-configuration").status == 405)
    }
}
