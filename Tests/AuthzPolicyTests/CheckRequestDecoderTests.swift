import AuthzCore
import Testing

@testable import AuthzPolicy

@Suite struct CheckRequestDecoderTests {
    private static func decode(
        _ text: String, from caller: RequestDocumentDecoder.Caller = .offline
    ) throws(InputError) -> RequestDocument {
        try RequestDocumentDecoder.decode(Array(text.utf8), file: "c.json", from: caller)
    }

    private static func problems(_ text: String) -> [String] {
        do {
            _ = try decode(text)
            return []
        } catch {
            return error.diagnostics.map(\.line)
        }
    }

    /// As an Envoy that knows everything prints it.
    private static let full = """
        {"attributes": {
          "source": {
            "address": {"socketAddress": {"protocol": "TCP", "address": "10.0.0.7", "portValue": 41234}},
            "service": "frontend", "labels": {"a": "b"}, "principal": "spiffe://td/ns/a/sa/b", "certificate": "…"},
          "destination": {
            "address": {"socketAddress": {"address": "10.0.0.9", "portValue": "8080", "resolverName": ""}},
            "principal": "spiffe://cluster.local/ns/production/sa/api"},
          "request": {
            "time": "2026-01-01T00:00:00.123456Z",
            "http": {
              "id": "1", "method": "POST", "path": "/a?b", "host": "api.example.com", "scheme": "https", "query": "",
              "fragment": "", "size": "-1", "protocol": "HTTP/2", "body": "x", "rawBody": "eA==",
              "headers": {":path": "/other", ":authority": "other", "x-role": "user,admin", "X-Tenant": " acme ",
                "x-envoy-auth-partial-body": "false"}}},
          "contextExtensions": {"virtual_host": "x"}, "metadataContext": {"filterMetadata": {}},
          "routeMetadataContext": {}, "tlsSession": {"sni": "api.example.com"}}}
        """

    @Test("every field is known, in both spellings, and what decisions depend on is read")
    func everyField() throws {
        let snake = [
            "socketAddress", "portValue", "resolverName", "rawBody", "contextExtensions", "metadataContext",
            "filterMetadata", "routeMetadataContext", "tlsSession",
        ].reduce(Self.full) { text, name in
            text.replacing(name, with: name.map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined())
        }
        for text in [Self.full, snake] {
            let document = try Self.decode(text)
            #expect(document.source.principal == "spiffe://td/ns/a/sa/b")
            #expect(document.source.ip?.description == "10.0.0.7")
            #expect(document.destination.ip?.description == "10.0.0.9")
            #expect(document.destination.port == 8080)
            #expect(document.destination.sni == "api.example.com")
            #expect(document.check?.tellsServerName == true)
            #expect(document.check?.hasMergedHeaders == true)
            #expect(document.check?.destinationAccount == ServiceAccountIdentity("spiffe://x/ns/production/sa/api"))
            #expect(!document.namesWorkload)
            #expect(document.now == 1_767_225_600)
            #expect(document.request?.method == "POST")
            #expect(document.request?.path == "/a?b")
            #expect(document.request?.host == "api.example.com")
            #expect(document.request?.scheme == "https")
            #expect(
                document.request?.headers.map { "\($0.name)=\($0.value)" } == ["x-role=user,admin", "X-Tenant= acme "])
        }
        #expect(try Self.decode(Self.full, from: .network).now == nil, "a server has its own clock")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var attributes: String, expected: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "the workload is told in the order of what can tell it",
        arguments: [
            Case(attributes: #""contextExtensions": {"workload": "a/b"}"#, expected: "a/b", why: "a name"),
            Case(
                attributes: #""contextExtensions": {"namespace": "a", "labels": "app=b,v=1=2"}"#,
                expected: "a [app=b, v=1=2]", why: "a namespace with labels"),
            Case(attributes: #""contextExtensions": {"namespace": "a"}"#, expected: "a []", why: "or without"),
            Case(
                attributes: """
                    "destination": {"principal": "spiffe://td/ns/a/sa/b", "labels": {"app": "c"}},
                    "contextExtensions": {"workload": "d/e"}
                    """, expected: "d/e", why: "a name goes before labels"),
            Case(
                attributes: #""destination": {"principal": "spiffe://td/ns/a/sa/b", "labels": {"app": "c"}}"#,
                expected: "a [app=c] b", why: "labels in the namespace of the principal"),
            Case(
                attributes: #""destination": {"labels": {"app": "c"}}"#, expected: "",
                why: "labels without a namespace"),
            Case(
                attributes: #""destination": {"principal": "spiffe://td/ns/a/sa/b"}"#, expected: "account a/b",
                why: "the account of the principal"),
            Case(
                attributes: #""destination": {"principal": "td/ns/a/sa/b"}"#, expected: "",
                why: "SR-19: only a SPIFFE ID"),
            Case(
                attributes: #""destination": {"principal": "spiffe://td/ns/a/sa/b/c"}"#, expected: "",
                why: "of that form"),
        ])
    func workloads(_ c: Case) throws {
        let document = try Self.decode(#"{"attributes": {\#(c.attributes)}}"#)
        let destination = document.destination
        var parts: [String] = []
        if let workload = destination.workload { parts.append(workload.value) }
        if let namespace = destination.namespace {
            let labels = (destination.labels ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
            parts += [namespace, "[\(labels.joined(separator: ", "))]"]
        }
        if let account = destination.serviceAccount { parts.append(account) }
        if !document.namesWorkload, let account = document.check?.destinationAccount {
            parts += ["account", "\(account.namespace)/\(account.serviceAccount)"]
        }
        #expect(parts.joined(separator: " ") == c.expected)
    }

    @Test("a check without a request is one of a connection, and carries the server name as the service")
    func connection() throws {
        let document = try Self.decode(#"{"attributes": {"destination": {"service": "a.example"}}}"#)
        #expect(document.request == nil)
        #expect(document.destination.sni == "a.example")
        #expect(document.destination.service == nil)
        #expect(document.check?.tellsServerName == true)
        let request = try Self.decode(#"{"attributes": {"request": {"http": {}}}}"#)
        #expect(request.check?.tellsServerName == false)
        #expect(request.request?.method == "", "as it stands; the decision is that it is invalid")
    }

    @Test("raw headers keep their lines, and count where there are any")
    func rawHeaders() throws {
        let document = try Self.decode(
            """
            {"attributes": {"request": {"http": {"headers": {"x-role": "user,admin"}, "header_map": {"headers": [
              {"key": "x-role", "value": "user"}, {"key": "x-role", "raw_value": "YWRtaW4="},
              {"key": ":path", "rawValue": "L2E"}]}}}}}
            """)
        #expect(document.request?.headers.map { "\($0.name)=\($0.value)" } == ["x-role=user", "x-role=admin"])
        #expect(document.request?.path == "/a")
        #expect(document.check?.hasMergedHeaders == false)
    }

    @Test("an address of another kind is none, and one that is not told is unknown")
    func addresses() throws {
        let document = try Self.decode(
            """
            {"attributes": {"source": {"address": {"pipe": {"path": "/run/a"}}},
              "destination": {"address": {"envoyInternalAddress": {"serverListenerName": "a"}}}}}
            """)
        #expect(document.check?.sourceHasNoIP == true && document.check?.destinationHasNoIP == true)
        let unknown = try Self.decode(#"{"attributes": {}}"#)
        #expect(unknown.check?.sourceHasNoIP == false && unknown.source.ip == nil)
        let zero = try Self.decode(
            #"{"attributes": {"destination": {"address": {"socketAddress": {"address": "::1", "portValue": 0}}}}}"#)
        #expect(zero.destination.ip?.description == "::1" && zero.destination.port == nil)
    }

    @Test(
        "what is wrong has a place",
        arguments: [
            Case(
                attributes: #""sorce": {}"#,
                expected:
                    "1:17 unknown-field: unknown field `sorce` in `attributes` | expected one of the fields of `attributes` | did you mean `source`?",
                why: "an unknown field"),
            Case(
                attributes: #""request": {"http": {"methods": "GET"}}"#,
                expected:
                    "1:38 unknown-field: unknown field `methods` in `http` | expected one of the fields of `http` | did you mean `method`?",
                why: "a deep one"),
            Case(
                attributes: #""tlsSession": {}, "tls_session": {}"#,
                expected: "1:35 duplicate-key: `tls_session` and `tlsSession` are one field | first written in line 1",
                why: "both spellings of one"),
            Case(
                attributes: #""source": {"address": {"socketAddress": {"address": "a.example"}}}"#,
                expected: "1:69 invalid-address: `a.example` is not an IP address | expected an IPv4 or IPv6 address",
                why: "a host's name"),
            Case(
                attributes: #""source": {"address": {"socketAddress": {"portValue": 70000}}}"#,
                expected:
                    "1:71 invalid-number: `70000` is out of range for `portValue` | expected a number from 0 to 65535",
                why: "a port"),
            Case(
                attributes: #""request": {"http": {"headers": ["a"]}}"#,
                expected: "1:49 wrong-type: `headers` is a list, not a mapping | expected a mapping of text to text | "
                    + "write its entries without `- ` or `[ ]`",
                why: "a list of headers"),
            Case(
                attributes: #""request": {"http": {"headerMap": {"headers": [{"rawValue": "a"}]}}}"#,
                expected: "1:77 invalid-header: `rawValue` is not base64 | expected base64", why: "no base64"),
            Case(
                attributes: #""contextExtensions": {"namespace": "a", "labels": "app"}"#,
                expected:
                    "1:67 invalid-workload: `app` is no list of labels | expected labels such as `app=api,version=v1`",
                why: "no labels"),
            Case(
                attributes: #""request": {"time": "now"}"#,
                expected: "1:37 invalid-time: `now` is not a time | expected a time such as `2026-01-01T00:00:00Z`",
                why: "no time"),
        ])
    func problems(_ c: Case) {
        #expect(Self.problems(#"{"attributes": {\#(c.attributes)}}"#) == [c.expected])
    }

    @Test("nothing stands beside the attributes")
    func beside() {
        #expect(
            Self.problems(#"{"attributes": {}, "token": "a.b.c"}"#)
                == [
                    "1:20 unknown-field: unknown field `token` in the check request | expected one of the fields of the check request "
                        + "| its field is `attributes`"
                ])
        #expect(
            Self.problems(#"{"attributes": 5}"#)
                == ["1:16 wrong-type: `attributes` is a number, not a mapping | expected a mapping"])
        #expect(
            Self.problems(#"{"attributes": null}"#)
                == ["1:1 missing-field: `attributes` is missing in the check request | expected `attributes`"])
    }

    @Test("every beginning of a check request is an error, and no more")
    func prefixes() {
        for length in stride(from: 1, to: Self.full.count, by: 7) {
            #expect(!Self.problems(String(Self.full.prefix(length))).isEmpty)
        }
    }

    @Test(
        "base64 is read in both alphabets",
        arguments: [
            ("", ""), ("YQ==", "a"), ("YQ", "a"), ("YWI=", "ab"), ("YWJj", "abc"), ("-_8", "\u{fffd}\u{fffd}"),
            ("a", nil), ("YQ===", nil), ("Y Q=", nil), ("YQ=a", nil),
        ] as [(String, String?)])
    func base64(_ text: String, _ expected: String?) {
        #expect(Base64Text.decode(text).map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test("in a suite, `attributes` stand for the other parts of a test")
    func suites() throws {
        let suite = { (test: String) in
            SuiteDecoder.decode(Array("now: 2026-01-01T00:00:00Z\ntests:\n- \(test)\n".utf8), file: "a_test.yaml")
        }
        let good = try #require(
            suite(
                """
                name: a
                  attributes: {request: {time: "2020-01-01T00:00:00Z", http: {method: GET, path: /a}}}
                  expect: allow
                """
            ).first?.suite)
        #expect(good.cases.count == 1)
        #expect(good.cases.first?.request.check != nil)
        #expect(good.cases.first?.request.request?.path == "/a")
        #expect(good.cases.first?.request.now == 1_767_225_600, "the suite's time goes before")
        let bad = suite(
            """
            name: a
              attributes: {}
              source: {ip: 10.0.0.1}
              expect: allow
            """)
        #expect(
            bad.first?.diagnostics.map(\.line)
                == [
                    "5:3 conflicting-fields: `source` beside `attributes` | the check request says this | leave one of them out"
                ])
    }
}
