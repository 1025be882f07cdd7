import AuthzCore
import Testing

@testable import AuthzPolicy

@Suite struct RequestDocumentDecoderTests {
    private static func decode(
        _ text: String, from caller: RequestDocumentDecoder.Caller = .offline
    ) throws(InputError) -> RequestDocument {
        try RequestDocumentDecoder.decode(Array(text.utf8), file: "r.yaml", from: caller)
    }

    /// Each diagnostic of a refused document in one line.
    private static func problems(
        _ text: String, from caller: RequestDocumentDecoder.Caller = .offline
    ) -> [String] {
        do {
            _ = try decode(text, from: caller)
            return []
        } catch {
            return error.diagnostics.map(\.line)
        }
    }

    @Test("every field is read")
    func everyField() throws {
        let document = try Self.decode(
            """
            source: {principal: cluster.local/ns/production/sa/frontend, ip: 10.0.0.7, remoteIp: "2001:db8::1"}
            destination:
              namespace: production
              labels: {app: api, version: 1.0}
              serviceAccount: api
              service: api
              gateway: ingress
              waypoint: ns-waypoint
              gatewayClass: istio
              ip: 10.0.0.9
              port: 8080
              sni: api.example.com
            request:
              method: POST
              path: /api?x=1
              host: api.example.com
              scheme: https
              headers: {x-tenant: acme, X-Role: [viewer, " editor\t"], x-count: 5}
            token: {claims: {iss: i, aud: [a], exp: 4102444800, ratio: 0.5, on: on, none: ~}, signature: invalid}
            now: 2026-01-01T00:00:00Z
            """)
        #expect(document.source.principal == "spiffe://cluster.local/ns/production/sa/frontend")
        #expect(document.source.ip?.description == "10.0.0.7")
        #expect(document.source.remoteIP?.description == "2001:db8::1")
        #expect(document.destination.workload == nil)
        #expect(document.destination.namespace == "production")
        #expect(document.destination.labels == ["app": "api", "version": "1.0"])
        #expect(document.destination.serviceAccount == "api")
        #expect(document.destination.service == "api")
        #expect(document.destination.gateway == "ingress")
        #expect(document.destination.waypoint == "ns-waypoint")
        #expect(document.destination.gatewayClass == "istio")
        #expect(document.destination.ip?.description == "10.0.0.9")
        #expect(document.destination.port == 8080)
        #expect(document.destination.sni == "api.example.com")
        let request = try #require(document.request)
        #expect(request.method == "POST")
        #expect(request.path == "/api?x=1")
        #expect(request.host == "api.example.com")
        #expect(request.scheme == "https")
        #expect(
            request.headers.map { "\($0.name)=\($0.value)" }
                == ["x-tenant=acme", "X-Role=viewer", "X-Role=editor", "x-count=5"])
        guard case .claims(let json, let hasValidSignature, _) = document.token else {
            Issue.record("the token is read as claims")
            return
        }
        #expect(json == #"{"iss":"i","aud":["a"],"exp":4102444800,"ratio":0.5,"on":"on","none":null}"#)
        #expect(!hasValidSignature)
        #expect(document.now == 1_767_225_600)
    }

    @Test("what is left out is absent")
    func absence() throws {
        let document = try Self.decode("{source: null, token: ~}")
        #expect(document.source.principal == nil)
        #expect(document.source.ip == nil)
        #expect(document.destination.namespace == nil)
        #expect(document.destination.labels == nil)
        #expect(document.request == nil)
        #expect(document.token == nil)
        #expect(document.now == nil)
    }

    struct Principal: Sendable, CustomTestStringConvertible {
        var written: String, read: String, why: String
        var testDescription: String { "`\(written)`: \(why)" }
    }

    @Test(
        "a principal without a scheme is a SPIFFE ID",
        arguments: [
            Principal(
                written: "td/ns/a/sa/b", read: "spiffe://td/ns/a/sa/b", why: "the form that policies have"),
            Principal(written: "spiffe://td/ns/a/sa/b", read: "spiffe://td/ns/a/sa/b", why: "already one"),
            Principal(written: "https://other", read: "https://other", why: "another URI stays as it is"),
            Principal(written: "frontend", read: "spiffe://frontend", why: "even without a path"),
        ])
    func principals(_ c: Principal) throws {
        let document = try Self.decode("source: {principal: \"\(c.written)\"}")
        #expect(document.source.principal == c.read)
    }

    @Test("JSON is read like YAML")
    func json() throws {
        let document = try Self.decode(
            #"{"destination": {"workload": "production/api"}, "request": {"path": "/a"}, "token": "a.b.c"}"#)
        #expect(document.destination.workload?.value == "production/api")
        #expect(document.request?.method == "GET")
        #expect(document.request?.path == "/a")
        guard case .compact("a.b.c") = document.token else {
            Issue.record("the token is read as compact")
            return
        }
    }

    struct Problem: Sendable, CustomTestStringConvertible {
        var text: String
        var lines: [String]
        var why: String
        var testDescription: String { why }

        init(_ text: String, _ lines: [String], _ why: String) {
            self.text = text
            self.lines = lines
            self.why = why
        }
    }

    @Test(
        "a malformed document is refused with the place of each problem",
        arguments: [
            Problem(
                "", ["1:1 missing-document: the input holds no request | expected a request document"], "nothing at all"
            ),
            Problem(
                "{}\n---\n{}",
                ["3:1 extra-document: the input holds more than one request | a second document begins here"],
                "two documents"),
            Problem(
                "[1]",
                [
                    "1:1 wrong-type: `request document` is a list, not a mapping | expected a mapping | "
                        + "write its fields without `- ` or `[ ]`"
                ],
                "no mapping"),
            Problem(
                "{sorce: {}, source: {principle: x}}",
                [
                    "1:2 unknown-field: unknown field `sorce` in `request document` | expected one of the fields of "
                        + "`request document` | did you mean `source`?",
                    "1:22 unknown-field: unknown field `principle` in `source` | expected one of the fields of `source` | "
                        + "did you mean `principal`?",
                ], "all unknown fields, at any depth"),
            Problem(
                "source: {ip: 10.0.0.7:80, remoteIp: 10.0.0.0/8}",
                [
                    "1:14 invalid-address: `10.0.0.7:80` is not an IP address | expected an IPv4 or IPv6 address | "
                        + "write `10.0.0.7`",
                    "1:37 invalid-address: `10.0.0.0/8` is not an IP address | expected an IPv4 or IPv6 address",
                ], "addresses with more behind them"),
            Problem(
                "source: {ip: nowhere}",
                ["1:14 invalid-address: `nowhere` is not an IP address | expected an IPv4 or IPv6 address"],
                "no address"),
            Problem(
                "destination: {port: 65536}",
                ["1:21 invalid-number: `65536` is out of range for `port` | expected a number from 1 to 65535"],
                "a port out of range"),
            Problem(
                "destination: {port: \"80\"}",
                [
                    "1:21 wrong-type: `port` is text, not a number | expected a number from 1 to 65535 | "
                        + "write it without quotes"
                ],
                "a port in quotes"),
            Problem(
                "destination: {workload: api}",
                [
                    "1:25 invalid-workload: `api` does not name a workload | expected `namespace/name` | "
                        + "write `NAMESPACE/api`, with its namespace"
                ],
                "a workload without its namespace"),
            Problem(
                "destination: {workload: a/b, labels: {app: b}}",
                [
                    "1:30 conflicting-fields: `labels` beside `workload` | the inventory says this of the workload | "
                        + "leave `labels` or `workload` out"
                ], "a workload that is named and spelled out"),
            Problem(
                "request: {scheme: htps, method: ''}",
                [
                    "1:19 unknown-value: unknown value `htps` of `scheme` | expected http or https | did you mean `https`?",
                    "1:33 empty-value: `method` is empty | expected text",
                ], "a scheme and a method that are none"),
            Problem(
                "request: {method: [GET, PUT]}", ["1:19 wrong-type: `method` is a list, not text | expected text"],
                "lists multiply in suites only"),
            Problem(
                "request: {headers: {Host: a, ':path': /, 'a b': c, d: \"e\\nf\", g: {}}}",
                [
                    "1:21 invalid-header: `Host` is no header of its own here | expected the name of a header | "
                        + "write `host`, `method` or `path` in `request`",
                    "1:30 invalid-header: `:path` is no header of its own here | expected the name of a header | "
                        + "write `host`, `method` or `path` in `request`",
                    "1:42 invalid-header: `a b` is not the name of a header | expected letters, digits and `-`",
                    "1:55 invalid-header: a value of `d` holds a control character | expected one line of text",
                    "1:66 wrong-type: a value of `g` is a mapping, not text | expected text",
                ], "headers that are none"),
            Problem(
                "token: alice",
                [
                    "1:8 invalid-token: `token` is no token | expected a compact token, three parts with `.` between them | "
                        + "write `token: {claims: {iss: …, sub: …}}`, or `headers: {authorization: Bearer …}` to send it as it is"
                ], "a token that is none"),
            Problem(
                "token: [a.b.c]",
                [
                    "1:8 wrong-type: `token` is a list, not a token | "
                        + "expected a compact token or a mapping with `claims`"
                ], "a list of tokens"),
            Problem(
                "token: {claims: [iss], signature: bad}",
                [
                    "1:17 wrong-type: `claims` is a list, not a mapping | expected a mapping of claims",
                    "1:35 unknown-value: unknown value `bad` of `signature` | expected valid or invalid",
                ], "claims that are none"),
            Problem(
                "token: {signature: valid}",
                [
                    "1:8 missing-field: `claims` is missing in `token` | expected `claims` | write `{claims: {iss: …, sub: …}}`"
                ],
                "a token without claims"),
            Problem(
                "{token: a.b.c, request: {headers: {Authorization: Bearer d.e.f}}}",
                [
                    "1:9 conflicting-fields: `token` beside an `authorization` header | "
                        + "stands for such a header itself | leave one of them out"
                ], "two tokens"),
            Problem(
                "now: yesterday",
                [
                    "1:6 invalid-time: `yesterday` is not a time | expected a time such as `2026-01-01T00:00:00Z`"
                ], "a time that is none"),
        ])
    func problems(_ c: Problem) {
        #expect(Self.problems(c.text) == c.lines)
    }

    @Test("what a user may assume offline is refused from the network")
    func network() {
        let text = "{token: {claims: {iss: i}}, now: 2026-01-01T00:00:00Z}"
        #expect(Self.problems(text) == [])
        #expect(
            Self.problems(text, from: .network) == [
                "1:18 offline-only: `claims` are only read offline | not over the network | send the signed token",
                "1:29 offline-only: `now` is only read offline | not over the network",
            ])
    }
}
