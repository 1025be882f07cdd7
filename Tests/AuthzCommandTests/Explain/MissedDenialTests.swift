import Testing

@testable import authz

/// What is said of a denial that is expected and does not come: the policy that was to deny, and its slip.
@Suite struct MissedDenialTests {
    struct Row: Sendable, CustomTestStringConvertible {
        /// Of the policy.
        var spec: String
        var name = "block"
        var members = "request: {path: /admin}"
        /// `nil` where nothing is to be said.
        var line: String?
        var why: String
        var testDescription: String { why }
    }

    private static let start = "rule 1 of `bank/block` (policies.yaml:5:134) would deny this but for a slip: "
    private static let token = "token: {claims: {iss: https://sso.example, sub: a, role: guest}}"
    private static let people =
        "\n---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: gate, namespace: edge}}"

    private static func deny(_ rule: String) -> String { "{action: DENY, rules: [{\(rule)}]}" }

    private static func lines(of row: Row) throws -> [String] {
        let run = try UnmetExpectationTests.run(
            policies: UnmetExpectationTests.policy(row.name, row.spec) + people,
            members: "source: {principal: cluster.local/ns/edge/sa/gate}, \(row.members), expect: deny")
        return [run.test, run.explain]
    }

    @Test(
        "the slip by which a request misses a DENY rule is told, with what to write",
        arguments: [
            Row(
                spec: deny("to: [{operation: {paths: [/amdin]}}]"),
                line: "\(start)with `admin` for `amdin`, `/amdin` would fit; write `/admin` for `/amdin`",
                why: "a path one letter off"),
            Row(
                spec: deny("to: [{operation: {paths: [/admin/]}}]"),
                line: "\(start)`/admin` is not `/admin/`: a `/` at the end counts", why: "a slash at the end"),
            Row(
                spec: deny("to: [{operation: {methods: [delete]}}]"), members: "request: {method: DELETE}",
                line: "\(start)`delete` is not `DELETE`: methods are case-sensitive; write `DELETE` for `delete`",
                why: "the case of a method"),
            Row(
                spec: deny("to: [{operation: {hosts: [api.exmaple]}}]"), members: "request: {host: api.example}",
                line:
                    "\(start)with `example` for `exmaple`, `api.exmaple` would fit; write `api.example` for `api.exmaple`",
                why: "a host"),
            Row(
                spec: deny("when: [{key: 'request.headers[x-env]', values: [Staging]}]"),
                members: "request: {headers: {x-env: staging}}",
                line: "\(start)`staging` is not `Staging`: values of headers are case-sensitive", why: "a header"),
            Row(
                spec: deny("when: [{key: 'request.auth.claims[role]', values: [guset]}]"),
                members: "\(token), request: {}",
                line:
                    "\(start)`guest` is not `guset`: they differ in the order of two letters; write `guest` for `guset`",
                why: "the value of a claim"),
            Row(
                spec: deny("when: [{key: 'request.auth.claims[roles]', values: [guest]}]"),
                members: "\(token), request: {}",
                line: "\(start)there is a claim `role`, and none `roles`; write `request.auth.claims[role]`",
                why: "the name of a claim"),
            Row(
                spec: deny("from: [{source: {namespaces: [egde]}}]"),
                line:
                    "\(start)`egde` is no namespace of the inventory, and the caller is of `edge`; write `edge` for `egde`",
                why: "a namespace"),
            Row(
                spec: deny("from: [{source: {principals: [cluster.local/ns/edge/sa/gaet]}}]"),
                line: "; write `cluster.local/ns/edge/sa/gate` for `cluster.local/ns/edge/sa/gaet`",
                why: "a principal"),
            Row(
                spec: deny("from: [{source: {namespaces: [egde]}}], to: [{operation: {paths: [/amdin]}}]"),
                line: "write `/admin` for `/amdin`; `egde` is no namespace", why: "two slips"),
            Row(spec: deny("to: [{operation: {paths: [/other]}}]"), line: nil, why: "another path"),
            Row(
                spec: deny("to: [{operation: {paths: [/amdin], methods: [PUT]}}]"), line: nil,
                why: "a slip beside what is no slip"),
            Row(
                spec: "{rules: [{to: [{operation: {notPaths: [/amdin]}}]}]}", name: "rest",
                line:
                    "rule 1 of `bank/rest` (policies.yaml:5:119) allows this, and `notPaths` does not leave it out for a slip: with `admin` for `amdin`, `/amdin` would fit; write `/admin` for `/amdin`",
                why: "what an ALLOW rule is to leave out"),
        ])
    func slip(_ row: Row) throws {
        for text in try Self.lines(of: row) {
            if let line = row.line {
                #expect(text.contains(line), "\(text)")
            } else {
                #expect(!text.contains("but for a slip"), "\(text)")
            }
        }
    }

    @Test(
        "an action that denies nothing is told where the rule matches, and so is a dry run",
        arguments: [
            Row(
                spec: "{action: AUDIT, rules: [{to: [{operation: {paths: [/admin]}}]}]}",
                line:
                    "`bank/block` (policies.yaml:5:36) is AUDIT, which only marks what it matches: perhaps `action: DENY` is meant",
                why: "AUDIT"),
            Row(
                spec: "{action: AUDIT, rules: [{to: [{operation: {paths: [/other]}}]}]}", line: nil,
                why: "AUDIT of something else"),
            Row(
                spec: "{rules: [{to: [{operation: {paths: [/admin]}}]}]}",
                line:
                    "`bank/block` (policies.yaml:5:36) has no `action`, so it is ALLOW: perhaps `action: DENY` is meant",
                why: "no action, and a name that says DENY"),
        ])
    func action(_ row: Row) throws {
        for text in try Self.lines(of: row) {
            if let line = row.line {
                #expect(text.contains(line), "\(text)")
            } else {
                #expect(!text.contains("action: DENY"), "\(text)")
            }
        }
        let dryRun = UnmetExpectationTests.policy(
            "x", Self.deny("to: [{operation: {paths: [/admin]}}]"),
            namespace: ", namespace: bank, annotations: {istio.io/dry-run: 'true'}")
        let run = try UnmetExpectationTests.run(
            policies: dryRun, members: "\(UnmetExpectationTests.gateway), request: {path: /admin}, expect: deny")
        #expect(
            run.test.contains(
                "`bank/x` (policies.yaml:5:36) would deny this, and is a dry run, which decides nothing"), "\(run.test)"
        )
    }

    @Test("an ALLOW policy without an action is none that was to deny, unless it is called so")
    func allowance() throws {
        let run = try UnmetExpectationTests.run(
            policies: UnmetExpectationTests.policy("read", "{rules: [{}]}"),
            members: "\(UnmetExpectationTests.gateway), request: {}, expect: deny")
        #expect(!run.test.contains("action: DENY"), "\(run.test)")
    }

    @Test("a policy that reaches no workload is named, and where it would deny or allow as it is expected")
    func misplaced() throws {
        let rule = "to: [{operation: {paths: [/admin]}}]"
        let cases = [
            ("banking", Self.deny(rule), "deny", true, "is in `banking`, where no workload is; in `bank`"),
            ("other", Self.deny(rule), "deny", true, "is in `other`, where no workload is; in `bank`"),
            ("other", "{rules: [{to: [{operation: {paths: [/x]}}]}]}", "deny", false, "is in `other`"),
            (
                "banking", "{rules: [{to: [{operation: {paths: [/x]}}]}]}", "deny", true,
                "is in `banking`, where no workload is; in `bank`"
            ),
            ("banking", Self.deny("to: [{operation: {paths: [/other]}}]"), "deny", false, "is in `banking`"),
            (
                "bank", "{selector: {matchLabels: {app: ap1}}, action: DENY, rules: [{}]}", "deny", false,
                "selects no workload"
            ),
        ]
        for (namespace, spec, expectation, isTold, line) in cases {
            let run = try UnmetExpectationTests.run(
                policies: UnmetExpectationTests.policy("block", spec, namespace: ", namespace: \(namespace)"),
                members: "\(UnmetExpectationTests.gateway), request: {path: /admin}, expect: \(expectation)")
            let text = "`\(namespace)/block` (policies.yaml:5:36) \(line)"
            for answer in [run.test, run.explain] {
                #expect(answer.contains(text) == isTold, "\(namespace) \(spec)\n\(answer)")
            }
        }
        let allow = try UnmetExpectationTests.run(
            policies: UnmetExpectationTests.policy("none", "{}")
                + UnmetExpectationTests.policy("all", "{rules: [{}]}", namespace: ", namespace: banking"),
            members: "\(UnmetExpectationTests.gateway), request: {}, expect: allow")
        let line =
            "`banking/all` (policies.yaml:7:36) is in `banking`, where no workload is; in `bank` it would reach `bank/api`, and this would be allowed: is `namespace: bank` meant?"
        #expect(allow.test.contains(line) && allow.explain.contains(line), "\(allow.explain)")
        #expect(
            allow.explain.contains(
                "smallest change of the policies: write `bank` for `banking` in `namespace` of the AuthorizationPolicy banking/all\n"
            ),
            "\(allow.explain)")
    }

    @Test("a label of a selector a letter away is named, where it fits no workload")
    func label() throws {
        let files = [
            "policies.yaml":
                "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: bank, labels: {app: ledger}}}"
                + UnmetExpectationTests.policy(
                    "block", "{selector: {matchLabels: {app: leger}}, action: DENY, rules: [{}]}"),
            "a_test.yaml": "tests: [{name: a, destination: {workload: bank/a}, request: {}, expect: deny}]",
        ]
        let run = try SuiteRunnerTests.run(files, ["a_test.yaml"], format: .text)
        #expect(
            run.answer.contains(
                "`bank/block` (policies.yaml:3:36) selects no workload; with `app: ledger` for `app: leger` it would reach `bank/a`, and this would be denied: is that meant?"
            ),
            "\(run.answer)")
    }
}
