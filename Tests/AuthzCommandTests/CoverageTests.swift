import Foundation
import Testing

@testable import authz

/// What counts as put to the test.
@Suite struct CoverageTests {
    static let workload = """

        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: cart, namespace: shop, labels: {app: cart}}
        spec: {containers: [{name: c, image: i}]}
        """

    /// Runs cases under policies, and returns what is not covered, without its place.
    private static func uncovered(_ policies: String, _ cases: [String], prefix: String = "") throws -> [String] {
        let suite =
            "\(prefix)tests:\n"
            + cases.enumerated().map { "  - {name: '\($0)', destination: {workload: shop/cart, port: 80}, \($1)}\n" }
            .joined()
        let run = try SuiteRunnerTests.run(
            ["policies.yaml": policies + workload, "a_test.yaml": suite], ["a_test.yaml"]
        ) { $0.coverage = CoverageSettings() }
        #expect(run.status == 0, "\(run.answer)\(run.messages)")
        let object = try JSONSerialization.jsonObject(with: Data(run.answer.utf8)) as? [String: Any]
        let coverage = try #require(object?["coverage"] as? [String: Any])
        let items = try #require(coverage["uncovered"] as? [[String: Any]])
        return items.map { item in
            let rule = (item["rule"] as? Int).map { " rule \($0)" } ?? ""
            let value = (item["field"] as? String).map { " \($0) \(item["value"] as? String ?? "")" } ?? ""
            return "\(item["kind"] as? String ?? "")\(rule)\(value)"
        }
    }

    static func policy(_ spec: String, _ name: String = "p") -> String {
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: \(name), namespace: shop}
        spec: \(spec)
        """
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var spec: String
        var cases: [String]
        var uncovered: [String]
        var why: String
        var testDescription: String { why }
    }

    private static let lists = "{rules: [{to: [{operation: {methods: [GET, PUT], paths: [/a, /b]}}]}]}"

    @Test(
        "a value counts where the answer of its rule hangs on it",
        arguments: [
            Row(
                spec: lists, cases: ["request: {method: DELETE, path: /c}, expect: deny"],
                uncovered: [
                    "policy", "rule rule 1", "value rule 1 to methods GET", "value rule 1 to methods PUT",
                    "value rule 1 to paths /a", "value rule 1 to paths /b",
                ], why: "a rule that never matches puts none of its values to the test"),
            Row(
                spec: lists, cases: ["request: {method: GET, path: /a}, expect: allow"],
                uncovered: ["value rule 1 to methods PUT", "value rule 1 to paths /b"],
                why: "one that matches, those that it needed"),
            Row(
                spec: lists, cases: ["request: {method: [GET, PUT], path: [/a, /b]}, expect: allow"], uncovered: [],
                why: "lists of a case cover lists of a rule"),
            Row(
                spec: "{rules: [{to: [{operation: {paths: [/a*, /ab]}}]}]}",
                cases: ["request: {path: /ab}, expect: allow"],
                uncovered: ["value rule 1 to paths /a*", "value rule 1 to paths /ab"],
                why: "where two values match, the answer hangs on neither"),
            Row(
                spec: "{rules: [{to: [{operation: {paths: [/a*, /ab]}}]}]}",
                cases: ["request: {path: [/ab, /ac]}, expect: allow"], uncovered: ["value rule 1 to paths /ab"],
                why: "a value that another one holds can never count"),
            Row(
                spec: "{rules: [{to: [{operation: {paths: [/a]}}, {operation: {methods: [GET]}}]}]}",
                cases: ["request: {path: /a}, expect: allow"],
                uncovered: ["value rule 1 to paths /a", "value rule 1 to methods GET"],
                why: "nor where another entry of the rule matches as well"),
            Row(
                spec: "{rules: [{to: [{operation: {notPaths: [/a, /b]}}]}]}",
                cases: ["request: {path: /c}, expect: allow"],
                uncovered: ["value rule 1 to notPaths /a", "value rule 1 to notPaths /b"],
                why: "a value that excludes is not tested by what it leaves"),
            Row(
                spec: "{rules: [{to: [{operation: {notPaths: [/a, /b]}}]}]}",
                cases: ["request: {path: /c}, expect: allow", "request: {path: /a}, expect: deny"],
                uncovered: ["value rule 1 to notPaths /b"], why: "but by what it excludes"),
            Row(
                spec: "{rules: [{to: [{operation: {notPaths: [/a], methods: [GET]}}]}]}",
                cases: ["request: {method: PUT, path: /a}, expect: deny", "request: {path: /c}, expect: allow"],
                uncovered: ["value rule 1 to notPaths /a"], why: "and only where nothing else would have excluded it"),
            Row(
                spec: "{rules: [{when: [{key: 'request.headers[x]', values: [a, b], notValues: [c]}]}]}",
                cases: ["request: {headers: {x: a}}, expect: allow"],
                uncovered: [
                    "value rule 1 when request.headers[x] b", "value rule 1 when request.headers[x] notValues c",
                ], why: "conditions are told with their key"),
            Row(
                spec:
                    "{action: DENY, rules: [{to: [{operation: {methods: [PUT]}}]}, {to: [{operation: {paths: [/a]}}]}]}",
                cases: ["request: {method: PUT}, expect: deny"],
                uncovered: ["rule rule 2", "value rule 2 to paths /a"],
                why: "each rule is asked by itself"),
        ])
    func values(_ row: Row) throws {
        let uncovered = try Self.uncovered(Self.policy(row.spec), row.cases)
        #expect(uncovered == row.uncovered)
    }

    @Test("an ALLOW rule behind a DENY that matches is not asked")
    func shadowed() throws {
        let policies =
            Self.policy("{action: DENY, rules: [{}]}") + "\n---\n" + Self.policy("{rules: [{}]}", "q")
        let uncovered = try Self.uncovered(policies, ["request: {}, expect: deny"])
        #expect(uncovered == ["policy", "rule rule 1"])
    }

    @Test("a policy without rules counts where it is why nothing is allowed")
    func withoutRules() throws {
        let policy = Self.policy("{}")
        #expect(try Self.uncovered(policy, ["request: {}, expect: deny"]) == [])
        #expect(
            try Self.uncovered(
                policy + "\n---\n" + Self.policy("{rules: [{}]}", "q"), ["request: {}, expect: allow"]) == ["policy"])
    }

    @Test("a mode counts where the connection would have fared otherwise without it")
    func modes() throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: p, namespace: shop}
            spec: {selector: {matchLabels: {app: cart}}, mtls: {mode: STRICT}, portLevelMtls: {90: {mode: DISABLE}}}
            """
        let port = "value portLevelMtls[90].mode DISABLE"
        let peer = "source: {principal: cluster.local/ns/a/sa/b}"
        #expect(
            try Self.uncovered(policies, ["\(peer), request: {}, expect: allow"]) == [
                "policy", "value mtls.mode STRICT", port,
            ])
        #expect(try Self.uncovered(policies, ["request: {}, expect: deny"]) == [port])
    }

    @Test("a JWT rule counts where it verified a token, an audience where the token has no other of the rule")
    func tokens() throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: p, namespace: shop}
            spec: {jwtRules: [{issuer: i, jwksUri: "https://i/jwks", audiences: [a, b]}]}
            """
        func token(_ claims: String) -> String { "token: {claims: {iss: i, sub: s, \(claims)}}, request: {}" }
        let audiences = ["value rule 1 audiences a", "value rule 1 audiences b"]
        let unverified = try Self.uncovered(policies, ["\(token("aud: c")), expect: deny"])
        #expect(unverified == ["policy", "rule rule 1"] + audiences)
        #expect(try Self.uncovered(policies, ["\(token("aud: [a, b]")), expect: allow"]) == audiences)
        #expect(try Self.uncovered(policies, ["\(token("aud: a")), expect: allow"]) == [audiences[1]])
    }

    // MARK: What is made of it

    static let files = [
        "policies.yaml": policy(lists) + workload,
        "a_test.yaml": "tests: [{name: a, destination: {workload: shop/cart}, request: {path: /a}, expect: allow}]",
    ]

    @Test("text says how much is covered and what is not")
    func text() throws {
        let run = try SuiteRunnerTests.run(Self.files, ["a_test.yaml"], format: .text) {
            $0.coverage = CoverageSettings()
        }
        #expect(run.status == 0)
        #expect(
            run.answer == """
                1 passed, 0 failed
                coverage 66.6%: 1 of 1 policies, 1 of 1 rules, 2 of 4 values
                  policies.yaml:4:50: no case hangs on shop/p, rule 1, to methods `PUT`
                  policies.yaml:4:68: no case hangs on shop/p, rule 1, to paths `/b`

                """)
    }

    @Test("less than is asked for is a failure, and what is asked for is none", arguments: [(66, 0 as Int32), (67, 1)])
    func minimum(_ percent: Int, _ status: Int32) throws {
        let run = try SuiteRunnerTests.run(Self.files, ["a_test.yaml"]) {
            $0.coverage = CoverageSettings(minimum: percent)
        }
        #expect(run.status == status)
        #expect(run.messages == (status == 0 ? "" : "error: the coverage is 66.6%, and 67% is asked for\n"))
    }

    struct Unknown: Sendable, CustomTestStringConvertible {
        var files: [String: String]
        var path: String
        var headline: String
        var status: Int32
        var why: String
        var testDescription: String { why }
    }

    @Test(
        "where nothing ran, or there is nothing to cover, the coverage is not known, and no percentage is reached",
        arguments: [
            Unknown(
                files: ["empty/x.yaml": ""], path: "empty", headline: "coverage not known: nothing ran", status: 2,
                why: "no suite"),
            Unknown(
                files: ["a_test.yaml": "tests: [{name: a, expect: perhaps}]"], path: "a_test.yaml",
                headline: "coverage not known: nothing ran", status: 2, why: "a suite that cannot be read"),
            Unknown(
                files: [
                    "a_test.yaml":
                        "{policies: [], tests: [{name: a, destination: {namespace: a}, request: {}, expect: allow}]}"
                ], path: "a_test.yaml", headline: "coverage not known: there is no policy to put to the test",
                status: 1,
                why: "no policy"),
        ])
    func notKnown(_ c: Unknown) throws {
        for format in ReportFormat.allCases {
            let run = try SuiteRunnerTests.run(c.files, [c.path], format: format) {
                $0.coverage = CoverageSettings(minimum: 0)
            }
            #expect(run.status == c.status)
            #expect(
                run.messages.hasSuffix("error: the coverage is not known, and 0% is asked for\n"), "\(run.messages)")
            switch format {
            case .text, .github: #expect(run.answer.hasSuffix("\n\(c.headline)\n"), "\(run.answer)")
            case .json: #expect(run.answer.contains(#""coverage":{"percent":null,"#), "\(run.answer)")
            case .junit: #expect(run.answer.contains("<system-out>\(c.headline)</system-out>"))
            case .tap: #expect(run.answer.hasSuffix("\n# \(c.headline)\n"))
            case .sarif: #expect(!run.answer.contains("not-covered\",\"ruleIndex"))
            }
            #expect(!run.answer.contains("100%"))
        }
    }
}
