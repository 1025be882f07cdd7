import AuthzEngine
import AuthzPolicy
import Testing

@testable import authz

@Suite struct ExplanationTextTests {
    private static let policies = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: deny-legacy, namespace: payments}
        spec:
          action: DENY
          rules:
          - from: [{source: {namespaces: [legacy]}}]
            to: [{operation: {paths: [/v1/*]}}]
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: access, namespace: payments}
        spec:
          rules:
          - from:
            - source: {principals: [cluster.local/ns/shop/sa/cart]}
            - source: {namespaces: [ops]}
            to: [{operation: {methods: [GET, POST], paths: [/v1/*]}}]
            when: [{key: "request.headers[x-tenant]", values: [acme]}]
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: other, namespace: payments}
        spec:
          selector: {matchLabels: {app: other}}
          rules: [{}]
        """

    private static func explain(_ request: String, style: TextStyle = TextStyle(usesColor: false)) throws -> String {
        let (report, trace) = try OfflineFixture.decide(request, by: OfflineFixture.policies(policies))
        return ExplanationText(style).text(of: Explanation(report: report, trace: trace))
    }

    @Test("a denial names the policy, its rule and its place first")
    func denial() throws {
        let text = try Self.explain(
            """
            source: {principal: cluster.local/ns/legacy/sa/x}
            destination: {namespace: payments, labels: {app: pay}, port: 8080}
            request: {method: GET, path: /v1/pay}
            """)
        #expect(
            text == """
                DENY 403  payments/deny-legacy, rule 1  (policies.yaml:7:5)
                  workload    payments/{app=pay}  (named by the request document)
                  profile     sidecar
                  CONNECTION  accepted
                              mutual TLS as `spiffe://cluster.local/ns/legacy/sa/x` to port 8080, mode PERMISSIVE (Istio's default)
                  CUSTOM      none applies
                  DENY        payments/deny-legacy  matched  (policies.yaml:2:1)
                                rule 1  from  namespaces  yes  `spiffe://cluster.local/ns/legacy/sa/x` matches `legacy`
                                        to    paths       yes  `/v1/pay` matches `/v1/*`
                  ALLOW       not reached
                  not applied:
                    payments/other  its selector asks for `app=other`; the workload has `pay`  (policies.yaml:22:1)

                """)
    }

    @Test("where no ALLOW rule matches, the nearest one says what would have to change")
    func nearest() throws {
        let text = try Self.explain(
            """
            source: {principal: cluster.local/ns/shop/sa/cart}
            destination: {namespace: payments, labels: {app: pay}, port: 8080}
            request: {method: PUT, path: /v1/pay}
            """)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.first == "DENY 403  no ALLOW policy matched")
        let nearest = try #require(lines.firstIndex { $0.hasPrefix("  nearest:") })
        #expect(
            lines[nearest...].prefix(3) == [
                "  nearest: payments/access, rule 1 would allow this  (policies.yaml:15:5)",
                "    if methods were one of `GET`, `POST`",
                "    if request.headers[x-tenant] were `acme`",
            ])
        #expect(text.contains("rule 1  from 1  principals                 yes  "))
        #expect(text.contains("from 2  namespaces                 no   "))
    }

    @Test("a request whose workload nobody knows is explained by that alone")
    func unknownWorkload() throws {
        #expect(
            try Self.explain("destination: {workload: a/b}") == """
                DENY 403  nobody knows the workload
                  workload    not known  (named by the request document)

                """)
    }

    @Test("color marks words that are there without it")
    func color() throws {
        let request = "{destination: {namespace: other}, request: {}}"
        let plain = try Self.explain(request)
        let colored = try Self.explain(request, style: TextStyle(usesColor: true))
        #expect(colored.hasPrefix("\u{1B}[1;32mALLOW 200\u{1B}[0m"))
        #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    @Test("of many rules that do not match only the first are shown, and all with -v")
    func manyRules() throws {
        let rules = (1...40).map { "  - to: [{operation: {paths: [/\($0)]}}]" }.joined(separator: "\n")
        let policies = try OfflineFixture.policies(
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: many, namespace: a}
            spec:
              rules:
            \(rules)
            """)
        let (report, trace) = try OfflineFixture.decide(
            "{destination: {namespace: a}, request: {path: /40}}", by: policies)
        let text = ExplanationText(TextStyle(usesColor: false)).text(of: Explanation(report: report, trace: trace))
        #expect(text.contains("rule 12 "))
        #expect(!text.contains("rule 13 "))
        #expect(text.contains("rule 40 "), "the one that matched is always shown")
        #expect(text.contains("… 27 more rules do not match (-v shows them)"))
        let verbose = ExplanationText(TextStyle(usesColor: false), isVerbose: true).text(
            of: Explanation(report: report, trace: trace))
        #expect(verbose.contains("rule 13 "))
        #expect(!verbose.contains("more rules"))
    }

    @Test("it says what named the workload, also where nobody knows it")
    func foundBy() throws {
        let request = #"{"attributes": {"request": {"http": {"host": "a"}}, "contextExtensions": {"workload": "a/b"}}}"#
        #expect(try Self.explain(request).contains("\n  workload    not known  (named by context_extensions)\n"))
        let labels =
            #"{"attributes": {"request": {"http": {"host": "a"}}, "destination": {"labels": {"app": "pay"}, "#
            + #""principal": "spiffe://cluster.local/ns/payments/sa/pay"}}}"#
        #expect(
            try Self.explain(labels).contains(
                "\n  workload    payments/{app=pay}  (found by the labels of the destination)\n"))
    }

    @Test("in the ambient profile it says who decides, and what of a rule is left out")
    func ambient() throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: deny, namespace: foo}
            spec:
              action: DENY
              rules:
              - to: [{operation: {methods: [GET]}}]
              - to: [{operation: {ports: ["8080"], methods: [POST]}}]
            """
        var settings = PolicySettings()
        settings.profile = .ambient
        let (report, trace) = try OfflineFixture.decide(
            "{destination: {namespace: foo, labels: {app: x}, port: 8080}, request: {path: /}}",
            by: OfflineFixture.policies(policies, settings: settings))
        #expect(
            ExplanationText(TextStyle(usesColor: false)).text(of: Explanation(report: report, trace: trace)) == """
                DENY  foo/deny, rule 2  (policies.yaml:8:5)
                  workload    foo/{app=x}  (named by the request document)
                  profile     ambient: ztunnel decides
                  CONNECTION  accepted
                              plaintext to port 8080, mode PERMISSIVE (Istio's default)
                  CUSTOM      none applies
                  DENY        foo/deny  matched  (policies.yaml:2:1)
                                rule 1  left out: ztunnel can test nothing of `to`, so the rule never matches  (policies.yaml:7:5)
                                rule 2  to  ports  yes  `8080` is listed
                                        `methods` is left out, since ztunnel cannot test it
                  ALLOW       not reached

                """)
    }
}
