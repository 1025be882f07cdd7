import AuthzCore
import AuthzServer
import Testing

/// What a document costs, and which characters it may have.
@Suite(.timeLimit(.minutes(2))) struct DocumentExtentTests {
    private static func ask(_ policies: String, _ body: String) throws -> CheckFixture.Reply {
        try CheckFixture(policies).ask("POST", "/v1/check", body: body)
    }

    private static func document(_ request: String) -> String {
        #"{"destination": {"workload": "prod/api"}, "request": \#(request)}"#
    }

    struct Character: Sendable, CustomTestStringConvertible {
        var raw: String, escaped: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "SR-39: a character of JSON is what its escape is",
        arguments: [
            Character(raw: "a\u{85}b", escaped: #"a\u0085b"#, why: "the end of a line in YAML"),
            Character(raw: "a \u{85} b", escaped: #"a \u0085 b"#, why: "with blanks, which YAML would leave out"),
            Character(raw: "a\u{85}\u{85}b", escaped: #"a\u0085\u0085b"#, why: "two, which would be a line feed"),
            Character(raw: "a\u{2028}b", escaped: #"a\u2028b"#, why: "another end of a line"),
            Character(raw: "a \u{2029} b", escaped: #"a \u2029 b"#, why: "and another"),
            Character(raw: "a\u{9f}b", escaped: #"a\u009fb"#, why: "what YAML refuses"),
            Character(raw: "a\u{fffe}b", escaped: #"a\ufffeb"#, why: "what is no character"),
            Character(raw: "a\u{feff}b", escaped: #"a\ufeffb"#, why: "a byte order mark inside"),
            Character(raw: "a😀b", escaped: #"a\ud83d\ude00b"#, why: "a pair of halves"),
        ])
    func characters(_ c: Character) throws {
        let decision = { (rule: String, value: String) in
            let request = #"{"method": "GET", "path": "/", "headers": {"x-u": "\#(value)"}}"#
            let reply = try Self.ask(CheckFixture.allow(rule), Self.document(request))
            #expect(reply.status == 200, "\(reply.body)")
            return reply.body.contains(#""outcome":"allow""#)
        }
        let same =
            "when: [{key: 'request.headers[x-u]', values: [\"\(c.escaped.replacing("\\ud83d\\ude00", with: "😀"))\"]}]"
        #expect(try decision(same, c.raw))
        #expect(try decision(same, c.escaped))
        for other in ["a b", "ab", "a"] {
            #expect(try !decision("when: [{key: 'request.headers[x-u]', values: ['\(other)']}]", c.raw), "\(other)")
        }
    }

    @Test("a name may be long, and the colon may stand in another line")
    func layout() throws {
        let name = String(repeating: "h", count: 2000)
        let request = "{\"headers\"\n:\n{\"\(name)\": \"1\"\t,\"x\":\r\n\"2\"}}"
        #expect(try Self.ask("", Self.document(request)).status == 200)
    }

    @Test("an answer tells the first problems only", arguments: [false, true])
    func problems(inBatch: Bool) throws {
        let unknown = { (count: Int) in (0..<count).map { "\"a\($0)\":0" }.joined(separator: ",") }
        let body =
            inBatch
            ? "[\(Array(repeating: "{\(unknown(9))}", count: 900).joined(separator: ","))]" : "{\(unknown(4000))}"
        let reply = try Self.ask("", body)
        #expect(reply.status == 400)
        #expect(reply.body.hasPrefix(#"{"error":"the request cannot be read: these are the first 100 problems","#))
        #expect(reply.body.matches(of: /"code":/).count == 100)
        #expect(reply.body.utf8.count < 64 << 10)
        let few = try Self.ask("", "{\"destination\": {\"workload\": \"prod/api\"}, \(unknown(3))}")
        #expect(few.body.hasPrefix(#"{"error":"the request cannot be read","#))
        #expect(few.body.matches(of: /"code":/).count == 3)
    }

    @Test("an error is one also where warnings or other errors come before it")
    func manyProblems() throws {
        let headers = (0..<200).map { "\"x\($0)\": null" }.joined(separator: ",")
        #expect(try Self.ask("", Self.document("{\"headers\": {\(headers)}}")).status == 400)
    }

    @Test("SR-38: a batch of many headers keeps its loop for a moment only")
    func hostileBatch() throws {
        let headers = (0..<60).map { "\"h\($0)\":\"v\"" }.joined(separator: ",")
        let documents = Array(repeating: Self.document("{\"headers\": {\(headers)}}"), count: 300)
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try Self.ask("", "[\(documents.joined(separator: ","))]").status == 200)
        // A regular expression for each name alone took longer than this.
        #expect(clock.now - start < .seconds(10))
    }

    @Test("a document has a bounded number of names and values, whatever they are", arguments: [8192, 8193])
    func values(_ count: Int) throws {
        let elements = Array(repeating: "0", count: count - 7).joined(separator: ",")
        let document = #"{"destination": {"workload": "prod/api"}, "other": [\#(elements)]}"#
        for body in [document, "[\(document)]", "[\(document), \(document)]"] {
            let reply = try Self.ask("", body)
            #expect(reply.status == 400)
            let isTooLarge = reply.body.contains("more than the 8192 names and values that are read")
            #expect(isTooLarge == (count == 8193))
        }
    }

    @Test("SR-38: unknown fields without end are reported no further", arguments: ["attributes", "other"])
    func unknownFields(_ name: String) throws {
        let unknown = (0..<4000).map { "\"a\($0)\":0" }.joined(separator: ",")
        let document = #"{"\#(name)": {"request": {"http": {\#(unknown)}}, "destination": {}}}"#
        let clock = ContinuousClock()
        let start = clock.now
        let reply = try Self.ask("", "[\(Array(repeating: document, count: 20).joined(separator: ","))]")
        #expect(reply.status == 400)
        #expect(reply.body.matches(of: /"code":/).count <= 100)
        #expect(clock.now - start < .seconds(10))
    }

    // MARK: Workload

    struct Found: Sendable, CustomTestStringConvertible {
        var document: String, source: String, why: String
        var testDescription: String { why }
    }

    private static let services = """
        apiVersion: v1
        kind: Service
        metadata: {name: api, namespace: prod}
        spec: {clusterIP: 10.0.0.1, selector: {app: api}}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: default, namespace: prod}
        ---

        """

    @Test(
        "a decision says what named the workload",
        arguments: [
            Found(document: document("{}"), source: "request-document", why: "its name"),
            Found(
                document: #"{"destination": {"namespace": "prod", "labels": {"app": "api"}}, "request": {}}"#,
                source: "request-document", why: "or its parts"),
            Found(document: #"{"request": {}}"#, source: "listener", why: "otherwise that of the listener"),
            Found(
                document:
                    #"{"attributes": {"request": {"http": {"host": "a"}}, "contextExtensions": {"workload": "prod/api"}}}"#,
                source: "context-extensions", why: "what a proxy is told to say"),
            Found(
                document:
                    #"{"attributes": {"request": {"http": {"host": "a"}}, "contextExtensions": {"namespace": "prod"}, "destination": {"principal": "spiffe://cluster.local/ns/prod/sa/default", "labels": {"app": "x"}}}}"#,
                source: "context-extensions", why: "which goes before labels"),
            Found(
                document:
                    #"{"attributes": {"request": {"http": {"host": "a"}}, "destination": {"principal": "spiffe://cluster.local/ns/prod/sa/default", "labels": {"app": "api"}}}}"#,
                source: "destination-labels", why: "the labels of the destination"),
            Found(
                document:
                    #"{"attributes": {"request": {"http": {"host": "a"}}, "destination": {"principal": "spiffe://cluster.local/ns/prod/sa/default"}}}"#,
                source: "destination-principal", why: "its principal"),
            Found(
                document:
                    #"{"attributes": {"request": {"http": {"host": "a"}}, "destination": {"address": {"socketAddress": {"address": "10.0.0.1", "portValue": 80}}}}}"#,
                source: "destination-address", why: "its address"),
            Found(
                document: #"{"attributes": {"request": {"http": {"host": "a"}}}}"#, source: "listener",
                why: "or that of the listener"),
        ], ["/v1/check", "/v1/explain"])
    func found(_ c: Found, _ path: String) throws {
        var settings = CheckSettings()
        settings.explains = true
        let fixture = try CheckFixture(Self.services, defaultWorkload: "prod/api", settings: settings)
        let reply = fixture.ask("POST", path, body: c.document)
        #expect(reply.status == 200, "\(reply.body)")
        #expect(reply.body.contains(#""workloadFoundBy":"\#(c.source)""#), "\(reply.body)")
    }

    @Test("where nothing names a workload, nothing found it")
    func nobody() throws {
        let reply = try Self.ask("", #"{"attributes": {"request": {"http": {"host": "a"}}}}"#)
        #expect(reply.body.contains(#""workload":null,"workloadFoundBy":null"#))
        let unknown = try Self.ask("", #"{"destination": {"workload": "prod/other"}, "request": {}}"#)
        #expect(unknown.body.contains(#""workload":null,"workloadFoundBy":"request-document""#))
    }
}
