import AuthzCore
import Foundation
import Testing

@testable import authz

/// What is said where a DENY rule denies what is likely to be meant to pass, or passes what it is likely to be meant to deny: a slip in its
/// shape goes before an exception to it.
@Suite struct UnexpectedDenialTests {
    /// A workload with what one caller may do.
    private static let inventory = """
        {apiVersion: v1, kind: Pod, metadata: {name: api, namespace: bank, labels: {app: api}}, spec: {serviceAccountName: api, containers: [{ports: [{containerPort: 8080}]}]}}
        ---
        {apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: default, namespace: istio-system}, spec: {mtls: {mode: STRICT}}}
        """
    private static let access = policy(
        "access",
        "{rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/cart]}}], to: [{operation: {paths: [/pay, /metrics]}}]}]}"
    )

    private static func policy(_ name: String, _ rest: String) -> String {
        "\n---\n{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: \(name), namespace: bank}, spec: \(rest)}"
    }

    private static func deny(_ rules: String) -> String { policy("no", "{action: DENY, rules: [\(rules)]}") }

    private static func testCase(
        _ name: String, _ account: String, _ path: String, _ expectation: String, _ rest: String = ""
    ) -> String {
        "- {name: \(name), source: {principal: cluster.local/ns/\(account)}, destination: {workload: bank/api, port: 8080}, request: {path: \(path)\(rest)}, expect: \(expectation)}"
    }

    private static let cart = "shop/sa/cart"
    private static let other = "edge/sa/other"
    private static let denied = "{outcome: deny, policy: bank/no}"

    private static func test(_ policies: String, _ cases: [String]) throws -> String {
        let files = [
            "policies.yaml": "\(inventory)\(policies)", "a_test.yaml": "tests:\n" + cases.joined(separator: "\n"),
        ]
        return try SuiteRunnerTests.run(files, ["a_test.yaml"], format: .text).answer
    }

    private static func explain(_ policies: String, _ cases: [String], _ name: String) throws -> String {
        let scratch = try Scratch([
            "policies.yaml": "\(inventory)\(policies)", "a_test.yaml": "tests:\n" + cases.joined(separator: "\n"),
        ])
        var settings = PolicySettings()
        settings.paths = [scratch("policies.yaml")]
        let (answers, messages) = (try Capture(), try Capture())
        let console = Console(
            OutputSettings(format: .text, color: .never, isColorRefused: false, isQuiet: false, isVerbose: false),
            answers: answers.stream, messages: messages.stream)
        let explain = ExplainSettings(
            requestPaths: [scratch("a_test.yaml#\(name)")], policies: settings, failsOnDenial: false,
            isDifference: false, folder: scratch.path)
        _ = try Explainer(explain, console).run()
        return try answers.text()
    }

    @Test(
        "a DENY policy for what the suite lets in, and nothing else, is asked to allow, and no field of it to be exchanged"
    )
    func action() throws {
        let policies = Self.deny(
            "{from: [{source: {principals: [cluster.local/ns/shop/sa/cart]}}], to: [{operation: {paths: [/pay], notMethods: [DELETE]}}]}"
        )
        let answer = try Self.test(
            policies,
            [
                Self.testCase("a", Self.cart, "/pay", "allow"), Self.testCase("b", Self.other, "/pay", "deny"),
                Self.testCase("c", Self.cart, "/pay", "deny", ", method: DELETE"),
            ])
        #expect(
            answer.contains(
                "  perhaps `action: ALLOW` is meant in bank/no (policies.yaml:5:36)\n  with that, 3 cases of the suite pass that fail, and none fails that passes\n"
            ), "\(answer)")
        #expect(!answer.contains("in its place"), "\(answer)")
    }

    @Test("who denies everybody that has a principal is asked whether those without are meant")
    func anybody() throws {
        let answer = try Self.test(
            Self.access
                + Self.deny("{from: [{source: {principals: ['*']}}], to: [{operation: {paths: [/pay]}}]}"),
            [Self.testCase("a", Self.cart, "/pay", "allow"), Self.testCase("b", Self.cart, "/pay", "allow")])
        #expect(
            answer.contains(
                "rule 1 of `bank/no` denies this for its `principals`: with `notPrincipals` in its place it would not: is that meant?"
            ), "\(answer)")
    }

    @Test(
        "where a value is a slip away, or one case alone speaks for it, a field that passes the request is not exchanged",
        arguments: ["paths: [/pays], methods: [GET]", "paths: [/pay], methods: [POST]"])
    func passed(_ operation: String) throws {
        let answer = try Self.test(
            Self.access + Self.deny("{to: [{operation: {\(operation)}}]}"),
            [Self.testCase("a", Self.cart, "/pay", Self.denied)])
        #expect(answer.contains("FAIL a_test.yaml: a") && !answer.contains("in its place"), "\(answer)")
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var rules: String
        var cases: [String]
        /// Of the case `a`.
        var line: String
        /// How many cases fail for it.
        var count: Int
        var why: String
        var testDescription: String { why }
    }

    private static let rows = [
        Row(
            rules: "{from: [{source: {namespaces: [shop, bank]}}], to: [{operation: {notPaths: [/metrics]}}]}",
            cases: [testCase("a", cart, "/pay", "allow"), testCase("b", other, "/pay", denied)],
            line:
                "rule 1 of `bank/no` denies this for its `namespaces`: with `notNamespaces` in its place it would not: is that meant?",
            count: 2, why: "callers in the place of all others"),
        Row(
            rules: "{from: [{source: {notNamespaces: [shop]}}], to: [{operation: {paths: [/pay]}}]}, "
                + "{from: [{source: {namespaces: [shop]}}], to: [{operation: {paths: [/metrics]}}]}",
            cases: [
                testCase("a", cart, "/pay", "{outcome: deny, policy: bank/no, rule: 2}"),
                testCase("b", cart, "/metrics", "allow"), testCase("c", other, "/pay", "{policy: bank/no, rule: 1}"),
            ],
            line:
                "rule 2 of `bank/no` denies nothing of this for its `paths`: with `notPaths` in its place it would: is that meant?",
            count: 2, why: "a denial that is expected of one rule is looked for in that one"),
        Row(
            rules: "{when: [{key: 'request.headers[x-tenant]', values: [a]}], to: [{operation: {paths: [/pay, /x]}}]}",
            cases: [
                testCase("a", cart, "/pay", "allow", ", headers: {x-tenant: a}"),
                testCase("b", cart, "/pay", denied, ", headers: {x-tenant: b}"),
            ],
            line:
                "rule 1 of `bank/no` denies this for its `request.headers[x-tenant] values`: with `request.headers[x-tenant] notValues` in its place it would not: is that meant?",
            count: 2, why: "a condition"),
        Row(
            rules: "{from: [{source: {notNamespaces: [shop]}}]}, {to: [{operation: {notPaths: [/metrics]}}]}",
            cases: [
                testCase("a", cart, "/pay", "allow"),
                testCase("b", other, "/metrics", "{reason: no-allow-policy-matched}"),
            ],
            line:
                "rule 2 of `bank/no` has `to` alone; as one rule with rule 1 it would not deny this: is the dash before `to` one too many?",
            count: 2, why: "a dash before `to`"),
        Row(
            rules:
                "{to: [{operation: {paths: [/metrics]}}]}, {when: [{key: 'request.headers[x-role]', notValues: [ops]}]}",
            cases: [testCase("a", cart, "/pay", "allow"), testCase("b", cart, "/metrics", denied)],
            line:
                "rule 2 of `bank/no` has `when` alone; as one rule with rule 1 it would not deny this: is the dash before `when` one too many?",
            count: 1, why: "a dash before `when`"),
        Row(
            rules: "{to: [{operation: {hosts: [pay.example]}}, {operation: {notPaths: [/pay]}}]}",
            cases: [
                testCase("a", cart, "/pay", "allow", ", host: pay.example"),
                testCase("b", cart, "/metrics", "allow", ", host: api.example"),
                testCase("c", cart, "/metrics", denied, ", host: pay.example"),
            ],
            line:
                "rule 1 of `bank/no` has `hosts` and `notPaths` in two entries of `to`, and one that fits is enough; as one entry they would not deny this: is the dash before the second `operation` one too many?",
            count: 2, why: "a dash within `to`"),
    ]

    @Test("a slip is told under which other cases of the suite pass, too, and none fails that passes", arguments: rows)
    func slips(_ row: Row) throws {
        let policies = Self.access + Self.deny(row.rules)
        let test = try Self.test(policies, row.cases)
        #expect(test.contains("  \(row.line)\n"), "\(test)")
        let remark = "with that, \(row.count) cases of the suite pass that fail, and none fails that passes"
        #expect(test.contains(remark) == (row.count > 1), "\(test)")
        let explanation = try Self.explain(policies, row.cases, "a")
        #expect(explanation.contains("    \(row.line)\n"), "\(explanation)")
        #expect(!explanation.contains("change of the policies"), "\(explanation)")
        #expect(!explanation.contains("an exception to"), "\(explanation)")
    }

    @Test("two rules with a slip each are told together")
    func both() throws {
        let rules =
            "{to: [{operation: {paths: [/metrics]}}]}, {when: [{key: 'request.headers[x-role]', notValues: [ops]}]}, "
            + "{to: [{operation: {paths: [/pay]}}], when: [{key: 'request.headers[x-tenant]', values: [a]}]}"
        let cases = [
            Self.testCase("a", Self.cart, "/pay", "allow", ", headers: {x-tenant: a}"),
            Self.testCase("b", Self.cart, "/metrics", "allow", ", headers: {x-tenant: a, x-role: ops}"),
            Self.testCase("c", Self.cart, "/metrics", "{policy: bank/no, rule: 1}", ", headers: {x-role: dev}"),
            Self.testCase("d", Self.cart, "/pay", "{policy: bank/no, rule: 2}", ", headers: {x-tenant: b}"),
        ]
        let test = try Self.test(Self.access + Self.deny(rules), cases)
        #expect(test.contains("is the dash before `when` one too many?"), "\(test)")
        #expect(
            test.contains(
                "rule 3 of `bank/no` denies this for its `request.headers[x-tenant] values`: with `request.headers[x-tenant] notValues` in its place it would not"
            ), "\(test)")
    }

    @Test(
        "nothing is asked of a rule that is likely to be meant as it stands",
        arguments: [
            // An exception is missing, or the case is wrong.
            ("{to: [{operation: {paths: [/pay]}}]}", "/pay"),
            ("{from: [{source: {notNamespaces: [bank]}}]}", "/pay"),
            ("{from: [{source: {notPrincipals: [cluster.local/ns/shop/sa/carts]}}]}", "/pay"),
            ("{from: [{source: {notRequestPrincipals: ['*']}}], to: [{operation: {notPaths: [/metrics]}}]}", "/pay"),
            ("{from: [{source: {namespaces: [legacy]}}]}, {to: [{operation: {paths: [/metrics]}}]}", "/metrics"),
        ])
    func meant(_ rules: String, _ path: String) throws {
        let cases = [Self.testCase("a", Self.cart, path, "allow")]
        let policies = Self.access + Self.deny(rules)
        for text in [try Self.test(policies, cases), try Self.explain(policies, cases, "a")] {
            #expect(!text.contains("is that meant?"), "\(text)")
            #expect(!text.contains("too many?"), "\(text)")
        }
    }

    @Test("a slip under which a case fails that passes is not told")
    func broken() throws {
        let policies =
            Self.access + Self.deny("{from: [{source: {namespaces: [shop]}}], to: [{operation: {paths: [/metrics]}}]}")
        let wrong = Self.testCase("a", Self.cart, "/metrics", "allow")
        let known = Self.testCase("b", "shop/sa/front", "/metrics", Self.denied)
        #expect(try Self.test(policies, [wrong]).contains("with `notNamespaces` in its place"))
        #expect(try !Self.test(policies, [wrong, known]).contains("is that meant?"))
    }

    @Test("an explanation without a suite asks for a slip that other policies speak for, before it tells an exception")
    func explanation() throws {
        let request =
            "{source: {principal: cluster.local/ns/shop/sa/cart}, destination: {workload: bank/api, port: 8080}, request: {path: /pay}}"
        let question =
            "  rule 1 of `bank/no` denies this for its `principals`: with `notPrincipals` in its place it would not: is that meant?\n"
        let named =
            "{from: [{source: {principals: [cluster.local/ns/shop/sa/cart]}}], to: [{operation: {paths: [/pay]}}]}"
        let policies = "\(Self.inventory)\(Self.access)\(Self.deny(named))"
        let run = try ExplainRun(["r.yaml": request], policies: policies)
        let place = try #require(run.answer.firstRange(of: question), "\(run.answer)")
        let change = try #require(run.answer.firstRange(of: "smallest change of the policies"), "\(run.answer)")
        #expect(place.upperBound <= change.lowerBound, "\(run.answer)")
        // Where others may do it, one caller may well be kept from it.
        let others = Self.policy("all", "{rules: [{to: [{operation: {paths: [/pay]}}]}]}")
        let other = try ExplainRun(["r.yaml": request], policies: policies + others)
        #expect(!other.answer.contains("is that meant?"), "\(other.answer)")
    }

    @Test("an empty rule that allows what is to be denied is told with what is likely to be meant")
    func everything() throws {
        let policies = Self.access + Self.policy("allow-nothing", "{rules: [{}]}")
        let test = try Self.test(policies, [Self.testCase("a", Self.other, "/pay", "deny")])
        #expect(
            test.contains(
                "the one rule of `bank/allow-nothing` is empty, so it allows everything: is `spec: {}` meant, without rules, which allows nothing?"
            ), "\(test)")
    }
}
