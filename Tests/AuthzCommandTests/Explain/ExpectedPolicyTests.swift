import Testing

@testable import authz

/// Why the policy that a case names does not decide, and that it is the one which is changed.
@Suite struct ExpectedPolicyTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var policies: String
        var expectation: String
        var line: String
        var why: String
        var testDescription: String { why }
    }

    private static func policy(_ name: String, _ spec: String) -> String { UnmetExpectationTests.policy(name, spec) }

    private static let writers =
        policy("writers", "{rules: [{\(UnmetExpectationTests.fromGateway), to: [{operation: {methods: [POST]}}]}]}")
    private static let readers =
        policy(
            "readers",
            "{rules: [{from: [{source: {namespaces: [web]}}], to: [{operation: {methods: [GET], paths: [/x]}}]}]}")
    private static let all = policy("all", "{rules: [{}]}")

    private static func run(_ policies: String, _ expectation: String) throws -> [String] {
        let run = try UnmetExpectationTests.run(
            policies: policies,
            members: "\(UnmetExpectationTests.gateway), request: {path: /x}, expect: \(expectation)")
        return [run.test, run.explain]
    }

    @Test(
        "the policy that is expected is told of first",
        arguments: [
            Row(
                policies: readers + all, expectation: "{outcome: allow, policy: bank/readers}",
                line: "`bank/readers` (policies.yaml:5:36), rule 1 does not match: `namespaces`: ",
                why: "it does not match"),
            Row(
                policies: all + policy("more", "{rules: [{}]}"),
                expectation: "{outcome: allow, policy: bank/more}",
                line:
                    "`bank/more` (policies.yaml:7:36), rule 1 matches, too: of several that do, the first by namespace and name decides, and that is `bank/all`",
                why: "another goes before"),
            Row(
                policies: all + policy("stop", "{action: DENY, rules: [{to: [{operation: {paths: [/x]}}]}]}"),
                expectation: "{outcome: allow, policy: bank/all}",
                line:
                    "`bank/all` (policies.yaml:5:36) is not asked: `bank/stop`, rule 1 (policies.yaml:7:133) denies this, and DENY goes first",
                why: "a DENY policy"),
            Row(
                policies: writers + policy("none", "{}"), expectation: "{outcome: deny, policy: bank/none}",
                line:
                    "`bank/none` (policies.yaml:7:36) has no rules, so it is never the one that decides: a denial for want of an ALLOW rule has `policy: null`",
                why: "no rules"),
            Row(
                policies: all + policy("mark", "{action: AUDIT, rules: [{}]}"),
                expectation: "{outcome: allow, policy: bank/mark}",
                line:
                    "`bank/mark` (policies.yaml:7:36) is AUDIT, which only marks what it matches: is `action: DENY` meant? if not, expect it in `audit`",
                why: "AUDIT"),
            Row(
                policies: all + policy("other", "{selector: {matchLabels: {app: pay}}, rules: [{}]}"),
                expectation: "{outcome: allow, policy: bank/other}",
                line:
                    "`bank/other` (policies.yaml:7:36) does not reach `bank/api`: its selector asks for `app=pay`; the workload has `api`",
                why: "another workload"),
            Row(
                policies: policy("two", "{rules: [{to: [{operation: {methods: [PUT]}}]}, {}]}"),
                expectation: "{outcome: allow, policy: bank/two, rule: 1}",
                line: "`bank/two` (policies.yaml:5:36), rule 1 does not match: `methods`: `GET` is not `PUT`",
                why: "another rule"),
        ])
    func reason(_ row: Row) throws {
        for text in try Self.run(row.policies, row.expectation) { #expect(text.contains("  \(row.line)"), "\(text)") }
    }

    @Test("the policy that is to allow is changed, though a change of another one is smaller")
    func change() throws {
        let policies = Self.writers + Self.readers
        let expected = try Self.run(policies, "{outcome: allow, policy: bank/readers}")[1]
        #expect(
            expected.contains("smallest change of the policies: add `edge` to `namespaces` of bank/readers"),
            "\(expected)")
        #expect(!expected.contains("of bank/writers, rule"), "\(expected)")
        let any = try Self.run(
            Self.writers + Self.readers.replacing("[/x]", with: "[/y]"), "allow")[1]
        #expect(any.contains("of bank/writers, rule 1\n"), "\(any)")
    }

    @Test("where no change of it will do, others are told")
    func others() throws {
        let policies = Self.writers + Self.policy("mark", "{action: AUDIT, rules: [{}]}")
        let text = try Self.run(policies, "{outcome: allow, policy: bank/mark}")[1]
        #expect(text.contains("of bank/writers, rule 1\n"), "\(text)")
    }
}
