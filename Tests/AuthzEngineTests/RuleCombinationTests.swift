import AuthzEngine
import AuthzPolicy
import Testing

/// How fields, entries, rules, policies and actions are put together (AuthorizationPolicy dossier 1, 2.2, 8, 10).
@Suite struct RuleCombinationTests {
    private static func headers(_ value: String) -> Ask { Ask(headers: [("x", value)]) }
    private static let other = Ask(principal: "spiffe://td1/ns/fob/sa/bar")

    @Test(
        "fields of an entry are all needed, entries of a clause are alternatives",
        arguments: [
            RuleCase(
                "AP 133", "{from: [{source: {namespaces: [foo], ipBlocks: [10.0.0.0/8]}}]}", fits: Ask(),
                misses: Ask(ip: "11.0.0.1"), why: "two fields"),
            RuleCase(
                "AP 134", "{from: [{source: {namespaces: [foo]}}, {source: {ipBlocks: [11.0.0.1]}}]}",
                fits: Ask(ip: "11.0.0.1"), misses: Ask(principal: nil), why: "two entries"),
            RuleCase(
                "", "{from: [{source: {namespaces: [x]}}, {source: {notPrincipals: [td1/x]}}]}", fits: Ask(),
                misses: Ask(principal: "spiffe://td1/x"), why: "an entry does not narrow another"),
            RuleCase(
                "AP 135", "{when: [{key: 'request.headers[x]', values: ['a*'], notValues: [ab]}]}", fits: headers("ac"),
                misses: headers("ab"), why: "both lists"),
            RuleCase(
                "AP 136",
                "{when: [{key: 'request.headers[x]', values: ['a*']}, {key: 'request.headers[x]', values: ['*b']}]}",
                fits: headers("ab"), misses: headers("ac"), why: "both conditions of one key"),
            RuleCase(
                "", "{from: [{source: {namespaces: [foo]}}], to: [{operation: {paths: [/a]}}]}", fits: Ask(path: "/a"),
                misses: Ask(path: "/b"), why: "E2: and the operation"),
            RuleCase(
                "", "{from: [{source: {namespaces: [foo]}}], to: [{operation: {paths: [/a]}}]}",
                misses: Ask(principal: nil, path: "/a"), why: "E2: and the source"),
            RuleCase(
                "",
                "{to: [{operation: {paths: [/a]}}, {operation: {methods: [PUT]}}], when: [{key: source.ip, values: [10.0.0.7]}]}",
                fits: Ask(method: "PUT"), misses: Ask(ip: "10.0.0.8", path: "/a"),
                why: "E2: a condition is for all entries"),
            RuleCase(
                "AP 15", "{from: [], to: [{operation: {methods: [GET]}}]}", fits: .plaintext(),
                misses: Ask(method: "PUT"), why: "an empty list is absent"),
            RuleCase(
                "", "{to: [{operation: {paths: [/a], methods: []}}]}", fits: Ask(method: "PUT", path: "/a"),
                misses: Ask(path: "/b"), why: "an empty field is absent"),
            RuleCase("AP 6", "{}", fits: .plaintext(), why: "an empty rule matches everything"),
            RuleCase("AP 7", "{}", fits: Ask(), why: "under either action"),
            RuleCase(
                "AP 123", "{when: [{key: 'request.headers[a]', values: [v]}]}", fits: Ask(headers: [("a", "v")]),
                misses: Ask(), why: "the brackets right behind the key"),
        ])
    func clauses(_ row: RuleCase) throws { try row.check() }

    struct Case: Sendable, CustomTestStringConvertible {
        var id: String, policies: String, ask: Ask, reason: Reason, determining: String?, why: String

        init(_ id: String, _ policies: [String], _ reason: Reason, by determining: String? = nil, _ why: String) {
            self.init(id, policies, Ask(), reason, by: determining, why)
        }

        init(
            _ id: String, _ policies: [String], _ ask: Ask, _ reason: Reason, by determining: String? = nil,
            _ why: String
        ) {
            self.id = id
            self.policies = policies.joined()
            self.ask = ask
            self.reason = reason
            self.determining = determining
            self.why = why
        }

        var testDescription: String { "\(id): \(why)" }
    }

    private static func policy(_ action: String, _ rules: String, name: String = "p", namespace: String = "foo")
        -> String
    {
        Scene.policy("{action: \(action), rules: \(rules)}", name: name, namespace: namespace)
    }

    private static let gets = "[{to: [{operation: {methods: [GET]}}]}]"
    private static let fromBar = "[{from: [{source: {namespaces: [bar]}}]}]"
    private static let admin = "[{from: [{source: {notNamespaces: [ops]}}], to: [{operation: {paths: ['/admin*']}}]}]"

    @Test(
        "DENY before ALLOW before the default",
        arguments: [
            Case("AP 1", [], .noPolicyApplies, "no policy"),
            Case("AP 2", [policy("DENY", fromBar)], .noPolicyApplies, "a DENY that does not match"),
            Case("AP 2", [policy("DENY", gets)], .deniedByPolicy, by: "ns[foo]-policy[p]-rule[0]", "and one that does"),
            Case("AP 4", [Scene.policy("{}")], .noAllowPolicyMatched, "an ALLOW policy without rules"),
            Case("AP 5", [policy("ALLOW", "[]")], .noAllowPolicyMatched, "an empty list of rules"),
            Case("AP 5", [policy("ALLOW", "null")], .noAllowPolicyMatched, "or null"),
            Case(
                "AP 6", [policy("ALLOW", "[{}]")], .plaintext(), .allowedByPolicy, by: "ns[foo]-policy[p]-rule[0]",
                "an empty rule"),
            Case(
                "AP 9", [policy("ALLOW", gets, name: "x"), policy("ALLOW", fromBar, name: "y")], .allowedByPolicy,
                by: "ns[foo]-policy[x]-rule[0]", "one of two is enough"),
            Case(
                "AP 10", [policy("ALLOW", gets, name: "x"), policy("DENY", gets, name: "y")], .deniedByPolicy,
                by: "ns[foo]-policy[y]-rule[0]", "DENY wins"),
            Case(
                "AP 11", [Scene.policy("{}", name: "root", namespace: "istio-system"), policy("ALLOW", gets)],
                .allowedByPolicy, by: "ns[foo]-policy[p]-rule[0]", "an empty one elsewhere takes nothing away"),
            Case("AP 12", [policy("AUDIT", gets)], .noPolicyApplies, "AUDIT decides nothing"),
            Case("AP 13", [policy("AUDIT", fromBar)], .noPolicyApplies, "nor brings a default"),
            Case(
                "AP 138",
                [
                    policy(
                        "DENY",
                        "[{to: [{operation: {paths: [/x]}}]}, {to: [{operation: {paths: [/x]}}]}, {}, \(Array(repeating: "{to: [{operation: {paths: [/x]}}]}", count: 7).joined(separator: ", ")), {}]"
                    )
                ], .deniedByPolicy, by: "ns[foo]-policy[p]-rule[10]", "the first key by its bytes"),
            Case(
                "E1", [policy("ALLOW", gets, name: "root", namespace: "istio-system"), policy("ALLOW", fromBar)],
                Ask(principal: "spiffe://td1/ns/baz/sa/x", method: "POST"), .noAllowPolicyMatched, "the union says no"),
            Case(
                "E1", [policy("ALLOW", gets, name: "root", namespace: "istio-system"), policy("ALLOW", fromBar)],
                Ask(principal: "spiffe://td1/ns/bar/sa/x", method: "POST"), .allowedByPolicy,
                by: "ns[foo]-policy[p]-rule[0]", "the union says yes"),
            Case(
                "E3", [policy("DENY", admin)], Ask(principal: "spiffe://td1/ns/ops/sa/x", path: "/admin"),
                .noPolicyApplies, "the exception"),
            Case(
                "E3", [policy("DENY", admin)], .plaintext(path: "/x/../admin"), .deniedByPolicy,
                by: "ns[foo]-policy[p]-rule[0]", "a way around"),
            Case("E3", [policy("DENY", admin)], .plaintext(path: "/Admin"), .noPolicyApplies, "case"),
        ])
    func actions(_ c: Case) throws {
        let report = try Scene(c.policies).report(c.ask)
        #expect(report.reason == c.reason)
        #expect(report.determiningPolicy?.envoyID == c.determining)
        #expect(report.status == (report.outcome == .allow ? 200 : 403))
        #expect(report.body == (report.outcome == .allow ? "" : "RBAC: access denied"))
    }

    @Test("AP 12, AP 13: AUDIT marks what it matches")
    func audit() throws {
        let scene = try Scene(Self.policy("AUDIT", Self.gets))
        #expect(scene.report(Ask()).audit == ["foo/p"])
        #expect(scene.report(Ask(method: "PUT")).audit == [])
    }

    @Test("AP 177, AP 178: a denial is 403 with 19 bytes, or a gRPC status")
    func denial() throws {
        let scene = try Scene(Scene.policy("{}"))
        let plain = scene.report(Ask())
        #expect(plain.status == 403 && plain.grpcStatus == nil && plain.body.utf8.count == 19)
        let call = scene.report(Ask(method: "POST", headers: [("content-type", "application/grpc+proto")]))
        #expect(call.status == 200 && call.grpcStatus == 7 && call.body == "")
        let other = scene.report(Ask(method: "POST", headers: [("content-type", "application/grpc-web")]))
        #expect(other.status == 403 && other.grpcStatus == nil)
        #expect(scene.report(Ask(method: "HEAD")).body == "")
    }
}
