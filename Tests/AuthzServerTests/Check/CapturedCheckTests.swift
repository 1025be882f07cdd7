import AuthzServer
import Testing

/// Envoy's check request in JSON, where a request document could stand.
@Suite struct CapturedCheckTests {
    private static func ask(_ fixture: CheckFixture, _ attributes: String) -> String {
        let reply = fixture.ask("POST", "/v1/check", body: #"{"attributes": {\#(attributes)}}"#)
        #expect(reply.status == 200)
        let reason = reply.body.firstMatch(of: /"reason":"([^"]+)"/)?.1
        return String(reason ?? "none")
    }

    /// The attributes of a check for `prod/api`.
    private static func attributes(_ http: String, source: String = "", more: String = "") -> String {
        """
        "source": {\(source)}, "contextExtensions": {"workload": "prod/api"},
        "request": {"http": {"method": "GET", "path": "/a", "host": "api.example", \(http)"scheme": "http"}}\(more)
        """
    }

    private static let address = #""address": {"socketAddress": {"address": "10.0.0.7", "portValue": 1}}"#

    struct Case: Sendable, CustomTestStringConvertible {
        var rule: String, http = "", source = "", more = "", isAllowed: Bool, why: String
        var testDescription: String { why }
    }

    @Test(
        "a check is decided as the proxy meant it",
        arguments: [
            Case(
                rule: "to: [{operation: {paths: [/b/../a]}}]", http: #""path": "/b/../a","#, isAllowed: true,
                why: "a path is as Envoy has normalized it"),
            Case(
                rule: "from: [{source: {principals: [td/ns/a/sa/b]}}]",
                source: #""principal": "spiffe://td/ns/a/sa/b""#,
                isAllowed: false, why: "a foreign trust domain"),
            Case(
                rule: "from: [{source: {namespaces: [a]}}]",
                source: #""principal": "spiffe://cluster.local/ns/a/sa/b""#, isAllowed: true, why: "a principal"),
            Case(
                rule: "from: [{source: {namespaces: [a]}}]", source: #""principal": "cluster.local/ns/a/sa/b""#,
                isAllowed: false, why: "a principal as it stands: nothing is put before it"),
            Case(
                rule: "from: [{source: {notPrincipals: ['*']}}]", isAllowed: true,
                why: "an empty principal is plaintext"),
            Case(
                rule: "from: [{source: {remoteIpBlocks: [10.0.0.7]}}]", source: address, isAllowed: true,
                why: "the source's address is the client's"),
            Case(
                rule: "from: [{source: {remoteIpBlocks: [192.0.2.1]}}]",
                http: #""headers": {"x-forwarded-for": "198.51.100.1,192.0.2.1"},"#, source: address, isAllowed: true,
                why: "or the last that was forwarded"),
            Case(
                rule: "from: [{source: {notIpBlocks: [192.0.2.1]}}]", isAllowed: false, why: "no address is unknown"),
            Case(
                rule: "from: [{source: {notIpBlocks: [192.0.2.1]}}]", source: #""address": {"pipe": {"path": "/a"}}"#,
                isAllowed: true, why: "that of a Unix socket is none"),
            Case(
                rule: "to: [{operation: {notPorts: ['80']}}]", isAllowed: false, why: "no port is unknown"),
            Case(
                rule: "to: [{operation: {notPorts: ['80']}}]",
                more: #", "destination": {"address": {"pipe": {"path": "/a"}}}"#, isAllowed: true,
                why: "a Unix socket has none"),
            Case(
                rule: "to: [{operation: {methods: [FOO]}}]", http: #""method": "FOO", "protocol": "HTTP/2","#,
                isAllowed: true, why: "HTTP/2 takes any method"),
            Case(
                rule: "to: [{operation: {methods: [FOO]}}]", http: #""method": "FOO", "protocol": "HTTP/1.1","#,
                isAllowed: false, why: "SR-9: HTTP/1.1 does not"),
            Case(
                rule: "to: [{operation: {notMethods: [FOO]}}]", http: #""method": "a b", "protocol": "HTTP/2","#,
                isAllowed: false, why: "what is no token is no method"),
            Case(
                rule: "when: [{key: connection.sni, notValues: [a]}]", isAllowed: false,
                why: "SNI is not told over HTTP"),
            Case(
                rule: "when: [{key: connection.sni, values: [a.example]}]",
                more: #", "tlsSession": {"sni": "A.example"}"#, isAllowed: true, why: "but where it is"),
            Case(
                rule: "when: [{key: 'request.headers[content-length]', notValues: ['5']}]", isAllowed: true,
                why: "all headers are told, those that a check over HTTP would hide among them"),
            Case(
                rule: "when: [{key: 'request.headers[x-role]', values: [user]}]",
                http: #""headers": {"x-role": "user,admin"},"#, isAllowed: false,
                why: "SR-10: merged lines must match however they are divided"),
            Case(
                rule: "when: [{key: 'request.headers[x-role]', values: [user]}]",
                http:
                    #""headerMap": {"headers": [{"key": "x-role", "value": "user"}, {"key": "x-role", "value": "admin"}]},"#,
                isAllowed: true, why: "SR-10: raw lines are lines"),
        ])
    func decisions(_ c: Case) throws {
        let fixture = try CheckFixture(CheckFixture.allow(c.rule))
        var attributes = Self.attributes(c.http, source: c.source, more: c.more)
        if c.http.contains("\"path\"") { attributes = attributes.replacing(#""path": "/a", "#, with: "") }
        if c.http.contains("\"method\"") { attributes = attributes.replacing(#""method": "GET", "#, with: "") }
        let reason = Self.ask(fixture, attributes)
        #expect((reason == "allowed-by-policy") == c.isAllowed, "\(reason)")
    }

    @Test("paths are normalized where the Envoy does not do it")
    func normalization() throws {
        let attributes = Self.attributes("").replacing(#""path": "/a""#, with: #""path": "/b/../a""#)
        for normalizes in [false, true] {
            var settings = CheckSettings()
            settings.normalizesEnvoyPaths = normalizes
            let fixture = try CheckFixture(CheckFixture.allow("to: [{operation: {paths: [/a]}}]"), settings: settings)
            #expect(Self.ask(fixture, attributes) == (normalizes ? "allowed-by-policy" : "no-allow-policy-matched"))
        }
    }

    @Test("the workload is that of the check, or else the listener's")
    func workloads() throws {
        let request = #""request": {"http": {"method": "GET", "path": "/"}}"#
        let account = #""destination": {"principal": "spiffe://cluster.local/ns/prod/sa/default"}, \#(request)"#
        let stranger = #""destination": {"principal": "spiffe://cluster.local/ns/other/sa/default"}, \#(request)"#
        let named = #""contextExtensions": {"workload": "prod/other"}, \#(request)"#
        let fixture = try CheckFixture("")
        #expect(Self.ask(fixture, account) == "no-policy-applies")
        #expect(Self.ask(fixture, stranger) == "unknown-workload")
        #expect(Self.ask(fixture, request) == "unknown-workload")
        #expect(Self.ask(fixture, named) == "unknown-workload")
        let listener = try CheckFixture("", defaultWorkload: "prod/api")
        #expect(Self.ask(listener, stranger) == "no-policy-applies")
        #expect(Self.ask(listener, request) == "no-policy-applies")
        #expect(Self.ask(listener, named) == "unknown-workload", "a name that nobody knows stands for nothing else")
    }

    @Test("the address of a Service tells the workload that it selects")
    func serviceAddress() throws {
        let service = """
            apiVersion: v1
            kind: Service
            metadata: {name: api, namespace: prod}
            spec: {selector: {app: api}, clusterIP: 10.96.0.1, ports: [{port: 80}]}
            """
        let fixture = try CheckFixture(service)
        let ask = { (address: String) in
            let destination =
                #""destination": {"address": {"socketAddress": {"address": "\#(address)", "portValue": 80}}}"#
            return Self.ask(fixture, #"\#(destination), "request": {"http": {"method": "GET", "path": "/"}}"#)
        }
        #expect(ask("10.96.0.1") == "no-policy-applies")
        #expect(ask("10.96.0.2") == "unknown-workload")
    }

    @Test("a batch may hold both kinds")
    func batch() throws {
        let fixture = try CheckFixture("", defaultWorkload: "prod/api")
        let body = #"[{"attributes": {"request": {"http": {"method": "GET", "path": "/"}}}}, {"request": {}}]"#
        let reply = fixture.ask("POST", "/v1/check", body: body)
        #expect(reply.status == 200)
        #expect(reply.body.matches(of: /"outcome":"allow"/).count == 2)
    }
}
