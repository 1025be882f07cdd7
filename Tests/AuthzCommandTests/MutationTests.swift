import Foundation
import Testing

@testable import authz

/// What becomes of faults in policies.
@Suite struct MutationTests {
    private static let workload = """

        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: cart, namespace: shop, labels: {app: cart}}
        spec: {containers: [{name: c, image: i}]}
        """

    private static func policy(_ spec: String, _ name: String = "p", kind: String = "AuthorizationPolicy") -> String {
        """
        apiVersion: security.istio.io/v1
        kind: \(kind)
        metadata: {name: \(name), namespace: shop}
        spec: \(spec)
        """
    }

    struct Run {
        var status: Int32
        /// `operation fate` of each mutant.
        var fates: [String]
        /// The cases that would kill the survivors.
        var cases: [String]
        var answer: String
    }

    private static func run(_ policies: String, tests: String) throws -> Run {
        let run = try SuiteRunnerTests.run(
            ["policies.yaml": policies + workload, "a_test.yaml": tests], ["a_test.yaml"]
        ) { $0.mutates = true }
        let object = try JSONSerialization.jsonObject(with: Data(run.answer.utf8)) as? [String: Any]
        let mutation = try #require(object?["mutation"] as? [String: Any], "\(run.answer)\(run.messages)")
        let mutants = try #require(mutation["mutants"] as? [[String: Any]])
        return Run(
            status: run.status,
            fates: mutants.map { "\($0["operation"] as? String ?? "?") \($0["fate"] as? String ?? "?")" },
            cases: mutants.compactMap { $0["case"] as? String }, answer: run.answer)
    }

    private static func tests(_ cases: String...) -> String {
        "tests:\n"
            + cases.enumerated().map { "  - {name: '\($0)', destination: {workload: shop/cart, port: 80}, \($1)}\n" }
            .joined()
    }

    @Test("a suite that notices every fault has no survivor, and the status says so")
    func allKilled() throws {
        let run = try Self.run(
            Self.policy("{rules: [{to: [{operation: {methods: [GET], paths: [/a]}}]}]}"),
            tests: Self.tests(
                "request: {path: /a}, expect: allow", "request: {path: /ab}, expect: deny",
                "request: {method: PUT, path: /a}, expect: deny"))
        #expect(run.status == 0)
        #expect(run.fates.allSatisfy { $0.hasSuffix(" killed") }, "\(run.fates)")
        #expect(run.cases.isEmpty)
    }

    struct Survivors: Sendable, CustomTestStringConvertible {
        var policies: [String]
        /// How many there are at least.
        var count: Int
        var why: String
        var testDescription: String { why }
    }

    @Test(
        "each survivor comes with a case that kills it: with all of them none is left",
        arguments: [
            Survivors(
                policies: [
                    policy(
                        """
                        {selector: {matchLabels: {app: cart}}, rules: [
                          {from: [{source: {principals: [cluster.local/ns/a/sa/b], notIpBlocks: [10.1.0.0/16]}}],
                           to: [{operation: {methods: [GET, HEAD], paths: [/a/*], hosts: [shop.example]}}],
                           when: [{key: 'request.headers[x-tenant]', values: [acme]}]}]}
                        """),
                    policy("{mtls: {mode: STRICT}}", kind: "PeerAuthentication"),
                ], count: 12, why: "peers, operations and headers"),
            Survivors(
                policies: [
                    policy(
                        """
                        {rules: [
                          {from: [{source: {requestPrincipals: [https://i.example/*]}}], to: [{operation: {ports: ['80']}}],
                           when: [{key: 'request.auth.claims[groups]', values: [ops]}]}]}
                        """),
                    policy(
                        """
                        {jwtRules: [{issuer: https://i.example, jwksUri: "https://i.example/k", audiences: [shop],
                          outputClaimToHeaders: [{header: x-sub, claim: sub}]}]}
                        """, kind: "RequestAuthentication"),
                ], count: 8, why: "tokens and ports"),
            Survivors(
                policies: [
                    policy("{rules: [{to: [{operation: {paths: [/a/*]}}]}]}"),
                    policy("{action: DENY, rules: [{to: [{operation: {paths: [/a/admin], notMethods: [GET]}}]}]}", "q"),
                    policy("{action: AUDIT, rules: [{to: [{operation: {methods: [PUT]}}]}]}", "r"),
                ], count: 8, why: "what denies and what audits"),
        ])
    func witnesses(_ row: Survivors) throws {
        let policies = row.policies.joined(separator: "\n---\n")
        let first = try Self.run(policies, tests: Self.tests("request: {path: /}, expect: deny"))
        #expect(first.status == 1)
        #expect(first.cases.count >= row.count, "\(first.fates)")
        #expect(first.fates.count { $0.hasSuffix(" undecided") } == 0, "\(first.fates)")
        let all = "tests:\n" + first.cases.joined().split(separator: "\n").map { "  \($0)\n" }.joined()
        let second = try Self.run(policies, tests: all)
        #expect(second.cases == [], "\(second.answer)")
        #expect(second.status == 0)
    }

    @Test("what no request can tell apart is said to be so")
    func equivalent() throws {
        // The DENY policy matches what no ALLOW policy opens.
        let policies =
            Self.policy("{rules: [{to: [{operation: {methods: [GET]}}]}]}") + "\n---\n"
            + Self.policy("{action: DENY, rules: [{to: [{operation: {methods: [PUT]}}]}]}", "q")
        let run = try Self.run(
            policies,
            tests: Self.tests(
                "request: {method: GET}, expect: allow", "request: {method: PUT}, expect: deny",
                "request: {method: DELETE}, expect: deny"))
        #expect(run.status == 0)
        #expect(run.fates.contains("drop-policy equivalent"), "\(run.fates)")
        #expect(run.answer.contains("no request is answered differently, of "))
    }

    @Test("a policy that reaches nothing has no mutant that could be told apart")
    func unreached() throws {
        let run = try Self.run(
            Self.policy("{selector: {matchLabels: {app: other}}, action: DENY, rules: [{}]}"),
            tests: Self.tests("request: {}, expect: allow"))
        #expect(run.answer.contains("the policy reaches no workload that the inventory or a case has"))
        #expect(run.fates.contains("drop-policy equivalent"))
        #expect(run.fates.contains("drop-selector killed"))
    }

    @Test("a rule that is gone does not count as noticed because those behind it move up")
    func renumbering() throws {
        let run = try Self.run(
            Self.policy("{rules: [{to: [{operation: {methods: [PUT]}}]}, {to: [{operation: {methods: [GET]}}]}]}"),
            tests: Self.tests("request: {}, expect: {outcome: allow, rule: 2}"))
        #expect(run.fates.filter { $0.hasPrefix("drop-rule") } == ["drop-rule survived", "drop-rule killed"])
    }

    @Test("faults are put in only where all cases pass without")
    func failing() throws {
        let run = try SuiteRunnerTests.run(
            ["a_test.yaml": "tests: [{name: a, destination: {workload: shop/cart}, request: {}, expect: deny}]"],
            ["a_test.yaml"], format: .text
        ) { $0.mutates = true }
        #expect(run.status == 1)
        #expect(run.messages == "error: faults are put into policies only where all cases pass without\n")
        #expect(!run.answer.contains("mutants"))
    }

    @Test("one place that several suites read is one mutant, killed by a case of any of them")
    func shared() throws {
        let policies = Self.policy("{rules: [{to: [{operation: {methods: [GET]}}]}]}") + Self.workload
        let run = try SuiteRunnerTests.run(
            [
                "p.yaml": policies,
                "a_test.yaml": "policies: [p.yaml]\n" + Self.tests("request: {}, expect: allow"),
                "b_test.yaml": "policies: [./p.yaml]\n" + Self.tests("request: {method: PUT}, expect: deny"),
            ], ["a_test.yaml", "b_test.yaml"], format: .text
        ) { $0.mutates = true }
        #expect(run.status == 0)
        #expect(run.answer == "2 passed, 0 failed\nmutants: 4 killed, 0 survived\n")
    }

    @Test("in text a survivor is named with its place and the case to add")
    func text() throws {
        let run = try SuiteRunnerTests.run(
            [
                "policies.yaml": Self.policy("{rules: [{to: [{operation: {methods: [GET]}}]}]}") + Self.workload,
                "a_test.yaml": Self.tests("request: {}, expect: allow"),
            ], ["a_test.yaml"], format: .text
        ) { $0.mutates = true }
        #expect(run.status == 1)
        #expect(
            run.answer == """
                1 passed, 0 failed
                mutants: 2 killed, 2 survived
                SURVIVED policies.yaml:2:1: drop-policy: shop/p: the policy is left out
                  no case notices it; this one, in a_test.yaml, would, which gets outcome allow in the place of deny, status 200 in the place of 403:
                  - name: "shop/p, not: the policy is left out"
                    destination: {workload: shop/cart, port: 80}
                    request: {method: POST, path: /}
                    expect: {outcome: deny, status: 403}
                SURVIVED policies.yaml:4:34: drop-to: shop/p, rule 1: `to` is left out
                  no case notices it; this one, in a_test.yaml, would, which gets outcome allow in the place of deny, status 200 in the place of 403:
                  - name: "shop/p, rule 1, not: `to` is left out"
                    destination: {workload: shop/cart, port: 80}
                    request: {method: POST, path: /}
                    expect: {outcome: deny, status: 403}

                """)
    }

    @Test("every form tells the survivors", arguments: ReportFormat.allCases)
    func formats(_ format: ReportFormat) throws {
        let run = try SuiteRunnerTests.run(
            [
                "policies.yaml": Self.policy("{rules: [{to: [{operation: {methods: [GET]}}]}]}") + Self.workload,
                "a_test.yaml": Self.tests("request: {}, expect: allow"),
            ], ["a_test.yaml"], format: format
        ) { $0.mutates = true }
        #expect(run.status == 1)
        #expect(run.answer.contains("`to` is left out"))
        #expect(run.answer.contains("POST"))
        if format == .junit {
            #expect(try XMLReader.names(in: run.answer)["testcase"] == 5)
            #expect(try XMLReader.names(in: run.answer)["failure"] == 2)
        }
        if format == .tap { #expect(run.answer.contains("\n1..5\n")) }
    }
}
