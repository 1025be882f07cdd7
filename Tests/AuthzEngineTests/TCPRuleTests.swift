import AuthzEngine
import Testing

/// Rules on TCP connections, where HTTP fields do not exist (AuthorizationPolicy dossier 11.1).
@Suite struct TCPRuleTests {
    private static func tcp(namespace: String = "foo", port: UInt16 = 8080) -> Ask {
        Ask(principal: "spiffe://td1/ns/\(namespace)/sa/bar", port: port, isTCP: true)
    }

    private static func scene(_ action: String, _ rules: String) throws -> Scene {
        try Scene(Scene.policy("{action: \(action), rules: [\(rules)]}"))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var id: String, action: String, rules: String, allowed: [Ask], denied: [Ask], why: String

        init(
            _ id: String, _ action: String, _ rules: String, allowed: [Ask] = [], denied: [Ask] = [], _ why: String
        ) {
            self.id = id
            self.action = action
            self.rules = rules
            self.allowed = allowed
            self.denied = denied
            self.why = why
        }

        var testDescription: String { "\(id): \(action) \(rules): \(why)" }
    }

    @Test(
        "DENY loses its HTTP fields, ALLOW the rules that have one",
        arguments: [
            Case(
                "AP 147, PA 61", "DENY", "{to: [{operation: {methods: [GET]}}]}", allowed: [Ask(method: "PUT")],
                denied: [tcp()], "nothing is left: every connection"),
            Case(
                "AP 148", "ALLOW", "{to: [{operation: {methods: [GET]}}]}", allowed: [Ask()], denied: [tcp()],
                "no rule is left"),
            Case(
                "AP 149", "ALLOW",
                "{from: [{source: {namespaces: [foo]}}], to: [{operation: {methods: [GET]}}]}, {to: [{operation: {ports: ['80']}}]}",
                allowed: [tcp(port: 80)], denied: [tcp()], "the first rule is gone, the second decides"),
            Case(
                "AP 150", "DENY", "{from: [{source: {namespaces: [ns-1]}}], to: [{operation: {methods: [GET]}}]}",
                allowed: [tcp()], denied: [tcp(namespace: "ns-1")], "what is left decides"),
            Case(
                "PA 62", "DENY", "{to: [{operation: {ports: ['80'], methods: [GET]}}]}", allowed: [tcp()],
                denied: [tcp(port: 80)], "a port is left"),
            Case(
                "PA 63", "DENY", "{when: [{key: 'request.headers[x]', values: [v]}]}", allowed: [Ask()],
                denied: [tcp()], "a condition goes too"),
            Case(
                "PA 64", "DENY", "{from: [{source: {trustDomains: [td2]}}]}", allowed: [tcp()],
                denied: [Ask(principal: "spiffe://td2/x", isTCP: true)], "trust domains are known"),
            Case(
                "", "DENY", "{to: [{operation: {notPaths: [/healthz]}}]}", allowed: [Ask(path: "/healthz")],
                denied: [tcp()], "a negation goes the same way"),
            Case(
                "", "DENY", "{from: [{source: {requestPrincipals: ['*']}}]}", allowed: [Ask()], denied: [tcp()],
                "so do token fields"),
            Case(
                "", "ALLOW", "{from: [{source: {remoteIpBlocks: [10.0.0.0/8]}}]}", allowed: [tcp()],
                denied: [Ask(ip: "11.0.0.1", isTCP: true)], "the client is the peer"),
            Case(
                "", "ALLOW", "{when: [{key: connection.sni, values: [a]}]}", allowed: [Ask(sni: "a", isTCP: true)],
                denied: [tcp()], "a server name is known"),
            Case("", "ALLOW", "{}", allowed: [tcp()], "an empty rule"),
        ])
    func connections(_ c: Case) throws {
        let scene = try Self.scene(c.action, c.rules)
        for ask in c.allowed { #expect(scene.allows(ask)) }
        for ask in c.denied { #expect(!scene.allows(ask)) }
    }

    @Test("a denied connection has no answer")
    func answer() throws {
        let report = try Self.scene("DENY", "{}").report(Self.tcp())
        #expect(report.status == 0 && report.body == "" && report.reason == .deniedByPolicy)
    }

    @Test("RA 52: a connection has no tokens to check")
    func tokens() throws {
        #expect(try Scene("").allows(Self.tcp()))
    }

    @Test("a CUSTOM rule on a connection loses its HTTP fields as DENY does")
    func custom() throws {
        let spec =
            "{action: CUSTOM, provider: {name: other}, rules: [{to: [{operation: {methods: [GET], ports: ['80']}}]}]}"
        let scene = try Scene(Scene.policy(spec))
        #expect(!scene.allows(Self.tcp(port: 80)) && scene.allows(Self.tcp()))
    }
}
