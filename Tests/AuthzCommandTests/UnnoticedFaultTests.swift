import Foundation
import Testing

@testable import authz

/// Faults in policies that no case notices though something like it does: each has to be named, with a case that kills it.
@Suite struct UnnoticedFaultTests {
    struct Run {
        /// `policy operation rule fate` of each mutant; no rule where it is about the policy as a whole.
        var fates: [String]
        /// The cases that would kill the survivors, by the files of the suites that they are for.
        var cases: [String: [String]]

        func has(_ fate: String) -> Bool { fates.contains(fate) }
    }

    private static func run(_ files: [String: String]) throws -> Run {
        let suites = files.keys.filter { $0.hasSuffix("_test.yaml") }.sorted()
        let run = try SuiteRunnerTests.run(files, suites) { $0.mutates = true }
        let object = try JSONSerialization.jsonObject(with: Data(run.answer.utf8)) as? [String: Any]
        let mutation = try #require(object?["mutation"] as? [String: Any], "\(run.answer)\(run.messages)")
        let mutants = try #require(mutation["mutants"] as? [[String: Any]])
        var cases: [String: [String]] = [:]
        for mutant in mutants {
            guard let text = mutant["case"] as? String else { continue }
            cases[try #require(mutant["suite"] as? String), default: []].append(text)
        }
        return Run(
            fates: mutants.map { mutant in
                let words = [mutant["policy"], mutant["operation"], mutant["rule"], mutant["fate"]]
                return words.compactMap { $0 }.map { "\($0)" }.joined(separator: " ")
            }, cases: cases)
    }

    private static func policy(
        _ spec: String, _ name: String = "p", kind: String = "AuthorizationPolicy", namespace: String = "shop"
    ) -> String {
        """
        ---
        apiVersion: security.istio.io/v1
        kind: \(kind)
        metadata: {name: \(name), namespace: \(namespace)}
        spec: \(spec)

        """
    }

    private static func pod(_ name: String, namespace: String = "shop") -> String {
        """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: \(name), namespace: \(namespace), labels: {app: \(name)}}
        spec: {serviceAccountName: \(name), containers: [{name: c, image: i}]}

        """
    }

    private static func tests(to destination: String = "{workload: shop/api, port: 8080}", _ cases: [String]) -> String
    {
        "tests:\n"
            + cases.enumerated().map { "- {name: '\($0)', destination: \(destination), \($1)}\n" }.joined()
    }

    private static let issuer = "https://a.example"
    private static func tokens(_ more: String = "") -> String {
        policy(
            "{jwtRules: [{issuer: '\(issuer)', jwksUri: '\(issuer)/k'\(more)}]}", "jwt", kind: "RequestAuthentication")
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var policies: [String]
        var cases: [String]
        var mesh = ""
        /// `policy operation rule`.
        var survivors: [String]
        var why: String
        var testDescription: String { why }
    }

    static let rows = [
        Row(
            policies: [
                tokens(),
                policy(
                    """
                    {rules: [
                      {when: [{key: 'request.auth.claims[groups]', values: [ops]}, {key: 'request.auth.claims[tier]', values: [gold]}]},
                      {when: [{key: 'request.auth.claims[groups]', values: [dev]}, {key: 'request.auth.claims[tier]', values: [silver]}]}]}
                    """),
            ], cases: ["request: {}, expect: deny"], survivors: ["shop/p drop-rule 1", "shop/p drop-rule 2"],
            why: "a rule needs two claims of which other rules have others"),
        Row(
            policies: [
                tokens(),
                policy(
                    """
                    {rules: [
                      {from: [{source: {requestPrincipals: ['\(issuer)/alice']}}], when: [{key: 'request.auth.claims[groups]', values: [ops]}]},
                      {from: [{source: {requestPrincipals: ['\(issuer)/bob']}}], when: [{key: 'request.auth.claims[groups]', values: [dev]}]}]}
                    """),
            ], cases: ["request: {}, expect: deny"], survivors: ["shop/p drop-rule 2", "shop/p swap-principal 2"],
            why: "a rule needs a subject and a claim"),
        Row(
            policies: [
                policy("{rules: [{to: [{operation: {paths: [/api/*]}}]}]}"),
                policy("{action: DENY, rules: [{to: [{operation: {paths: ['*.php']}}]}]}", "q"),
            ], cases: ["request: {path: /api/x}, expect: allow"],
            survivors: ["shop/q drop-policy", "shop/q drop-rule 1", "shop/q flip-action"],
            why: "a DENY policy takes a suffix from what a prefix allows"),
        Row(
            policies: [policy("{rules: [{to: [{operation: {paths: [/static/*], notPaths: ['*.map']}}]}]}")],
            cases: ["request: {path: /static/a}, expect: allow"], survivors: ["shop/p drop-field 1"],
            why: "notPaths take a suffix from a prefix"),
        Row(
            policies: [
                policy(
                    "{rules: [{from: [{source: {principals: [cluster.local/ns/prod/*], notPrincipals: ['*/sa/batch']}}]}]}"
                )
            ],
            cases: [
                "source: {principal: cluster.local/ns/prod/sa/x}, request: {}, expect: allow",
                "request: {}, expect: deny",
            ],
            survivors: ["shop/p drop-field 1"], why: "notPrincipals take an account from a namespace"),
        Row(
            policies: [
                policy(
                    """
                    {rules: [{from: [{source: {namespaces: [qa], principals: ['*/sa/frontend']}}]}, {to: [{operation: {methods: [PUT]}}]}]}
                    """)
            ], cases: ["request: {method: PUT}, expect: allow"], survivors: ["shop/p drop-rule 1"],
            why: "a namespace and an account of any namespace"),
        Row(
            policies: [policy("{rules: [{to: [{operation: {hosts: ['*.example.com'], notHosts: ['admin.*']}}]}]}")],
            cases: ["request: {host: a.example.com}, expect: allow", "request: {host: a.example}, expect: deny"],
            survivors: ["shop/p drop-field 1"], why: "notHosts take a prefix from a suffix"),
        Row(
            policies: [
                policy("{rules: [{when: [{key: 'request.headers[x-r]', values: [team-*], notValues: ['*-guest']}]}]}")
            ], cases: ["request: {headers: {x-r: team-a}}, expect: allow", "request: {}, expect: deny"],
            survivors: ["shop/p drop-field 1"], why: "notValues take a suffix from a prefix"),
        Row(
            policies: [
                policy(
                    """
                    {rules: [{from: [{source: {principals: ['*/sa/frontend']}}]}, {from: [{source: {principals: [cluster.local/ns/shop/sa/boss]}}]}]}
                    """)
            ],
            cases: [
                "source: {principal: cluster.local/ns/shop/sa/boss}, request: {}, expect: allow",
                "request: {}, expect: deny",
            ],
            survivors: ["shop/p drop-rule 1"], why: "an account of any namespace has to be one of the mesh"),
        Row(
            policies: [
                policy(
                    """
                    {rules: [{from: [{source: {principals: ['*/sa/frontend']}}]}, {from: [{source: {principals: [cluster.local/ns/shop/sa/boss]}}]}]}
                    """)
            ], cases: ["request: {}, expect: deny"], mesh: "mesh: {trustDomain: a.local}\n",
            survivors: ["shop/p drop-rule 2", "shop/p swap-principal 2"],
            why: "cluster.local stands for the trust domain of the mesh"),
        Row(
            policies: [
                tokens(", fromHeaders: [{name: Authorization, prefix: 'Bearer '}]"),
                policy("{rules: [{from: [{source: {requestPrincipals: ['*']}}]}]}"),
            ], cases: ["request: {}, expect: deny"], survivors: ["shop/jwt drop-location 1"],
            why: "without its places a rule looks for tokens in a parameter, too"),
        Row(
            policies: [
                tokens(", fromHeaders: [{name: x-jwt}], fromParams: [access_token]"),
                policy("{rules: [{from: [{source: {requestPrincipals: ['*']}}]}]}"),
            ], cases: ["request: {}, expect: deny"], survivors: ["shop/jwt drop-location 1"],
            why: "a parameter that others look into by default"),
        Row(
            policies: [
                tokens(", outputClaimToHeaders: [{header: x-email, claim: email}]"),
                policy("{rules: [{from: [{source: {requestPrincipals: ['*']}}]}]}"),
            ],
            cases: [
                "request: {}, expect: deny", "request: {}, token: {claims: {iss: '\(issuer)', sub: s}}, expect: allow",
            ], survivors: ["shop/jwt drop-output 1"], why: "a claim that is only written to a header"),
    ]

    @Test("a fault is named that only a request notices which two patterns fit at once", arguments: rows)
    func intersections(_ row: Row) throws {
        let policies = row.policies.joined() + Self.pod("api")
        let suite = row.mesh.isEmpty ? "" : "policies: [policies.yaml]\n" + row.mesh
        let cases = Self.tests(row.cases)
        let first = try Self.run(["policies.yaml": policies, "a_test.yaml": suite + cases])
        for survivor in row.survivors { #expect(first.has("\(survivor) survived"), "\(first.fates)") }
        let more = (first.cases["a_test.yaml"] ?? []).joined()
        let second = try Self.run(["policies.yaml": policies, "a_test.yaml": suite + cases + more])
        #expect(second.cases.isEmpty, "\(second.fates)")
        for survivor in row.survivors { #expect(second.has("\(survivor) killed"), "\(second.fates)") }
    }

    @Test("checks of an Envoy kill what they are decided by, and nothing in other namespaces")
    func otherNamespaces() throws {
        let policies =
            Self.policy("{rules: [{to: [{operation: {paths: [/a]}}]}]}", namespace: "a")
            + Self.pod("wa", namespace: "a")
            + Self.policy("{rules: [{to: [{operation: {paths: [/b]}}]}]}", namespace: "b")
            + Self.pod("wb", namespace: "b")
        let check = { (path: String, expectation: String) in
            """
            - name: \(path)
              attributes:
                source: {principal: spiffe://cluster.local/ns/x/sa/x}
                destination: {principal: spiffe://cluster.local/ns/b/sa/wb, address: {socketAddress: {address: 10.0.0.1, portValue: 8080}}}
                request: {http: {method: GET, path: \(path), host: h}}
              expect: \(expectation)

            """
        }
        let suite = "tests:\n" + check("/no", "deny") + check("/b", "{outcome: allow, policy: b/p}")
        let run = try Self.run(["policies.yaml": policies, "a_test.yaml": suite])
        #expect(run.fates.filter { $0.hasPrefix("a/p ") }.allSatisfy { $0.hasSuffix(" survived") }, "\(run.fates)")
        #expect(run.fates.count { $0.hasPrefix("b/p ") && $0.hasSuffix(" killed") } == 4, "\(run.fates)")
    }

    @Test("without an inventory the faults of a policy that no case is about are named, too")
    func unaskedSelector() throws {
        let policies =
            Self.policy("{selector: {matchLabels: {app: api}}, rules: [{to: [{operation: {paths: [/api/*]}}]}]}")
            + Self.policy("{selector: {matchLabels: {app: pay}}, rules: [{to: [{operation: {paths: [/pay/*]}}]}]}", "q")
        let cases = Self.tests(
            to: "{namespace: shop, labels: {app: api}, port: 8080}",
            ["request: {path: [/api/x, /api/]}, expect: allow", "request: {path: [/x, /api, /apix]}, expect: deny"])
        let run = try Self.run(["policies.yaml": policies, "a_test.yaml": cases])
        #expect(run.fates.filter { $0.hasPrefix("shop/q ") }.allSatisfy { $0.hasSuffix(" survived") }, "\(run.fates)")
        let all = cases + (run.cases["a_test.yaml"] ?? []).joined()
        let second = try Self.run(["policies.yaml": policies, "a_test.yaml": all])
        #expect(second.fates.allSatisfy { $0.hasSuffix(" killed") }, "\(second.fates)")
    }

    @Test("so are those of a policy for a Gateway that is no workload of the inventory")
    func unaskedGateway() throws {
        let policies =
            Self.pod("api")
                + """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: ingress, namespace: shop}
                spec: {gatewayClassName: istio, listeners: [{name: http, port: 80, protocol: HTTP}]}

                """
            + Self.policy(
                """
                {targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: ingress}],
                 rules: [{to: [{operation: {paths: [/api/*]}}]}]}
                """)
        let cases = Self.tests(["request: {}, expect: allow"])
        let run = try Self.run(["policies.yaml": policies, "a_test.yaml": cases])
        #expect(run.fates.count == 5 && run.fates.allSatisfy { $0.hasSuffix(" survived") }, "\(run.fates)")
        let all = cases + (run.cases["a_test.yaml"] ?? []).joined()
        let second = try Self.run(["policies.yaml": policies, "a_test.yaml": all])
        #expect(second.fates.allSatisfy { $0.hasSuffix(" killed") }, "\(second.fates)")
    }

    @Test("a case names the suite that it is for: another one with other settings would not do")
    func suites() throws {
        let policies = Self.policy(
            "{selector: {matchLabels: {app: api}}, rules: [{from: [{source: {namespaces: [web]}}]}]}")
        let suite = { (domain: String) in
            "policies: [p.yaml]\nmesh: {trustDomain: \(domain)}\n"
                + Self.tests(to: "{namespace: shop, labels: {app: api}, port: 8080}", ["request: {}, expect: deny"])
        }
        let files = ["p.yaml": policies, "a_test.yaml": suite("a.local"), "b_test.yaml": suite("b.local")]
        let run = try Self.run(files)
        let cases = try #require(run.cases["a_test.yaml"], "\(run.cases)")
        #expect(run.cases.count == 1 && cases.joined().contains("a.local/ns/web"))
        var mended = files
        mended["a_test.yaml"] = suite("a.local") + cases.joined()
        #expect(try Self.run(mended).cases.isEmpty)
    }

    @Test("in one file of several suites the line tells which")
    func severalSuites() throws {
        let suite = "policies: [p.yaml]\n" + Self.tests(["request: {}, expect: allow"])
        let run = try Self.run([
            "p.yaml": Self.policy("{rules: [{to: [{operation: {methods: [GET]}}]}]}") + Self.pod("api"),
            "a_test.yaml": "policies: [q.yaml]\n" + Self.tests(["request: {}, expect: allow"]) + "---\n" + suite,
            "q.yaml": Self.pod("api"),
        ])
        #expect(run.cases.keys.sorted() == ["a_test.yaml:5"])
    }

    @Test("where a case has a signed token, the printed one has its claims")
    func signedToken() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let read = { (path: String) in try String(contentsOf: root.appending(path: path), encoding: .utf8) }
        let policies = try read("policies/tokens.yaml") + Self.pod("api", namespace: "production")
        let token = try read("examples/tokens/alice.jwt").split(separator: "\n")[0]
        let cases = Self.tests(
            to: "{workload: production/api, port: 8080}",
            ["request: {path: /account}, token: '\(token)', expect: allow", "request: {path: /account}, expect: deny"])
        let first = try Self.run(["policies.yaml": policies, "a_test.yaml": cases])
        #expect(first.has("production/jwt-auth flip-forwarding 1 survived"), "\(first.fates)")
        let more = (first.cases["a_test.yaml"] ?? []).joined()
        #expect(more.contains("alice") && !more.contains("…"), "\(more)")
        let second = try Self.run(["policies.yaml": policies, "a_test.yaml": cases + more])
        #expect(second.cases.isEmpty && !second.fates.contains { $0.hasSuffix(" survived") }, "\(second.fates)")
    }
}
