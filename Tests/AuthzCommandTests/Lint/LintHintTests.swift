import AuthzCore
import AuthzEngine
import Testing

@testable import authz

/// Which value a finding is placed at, and what it says to write in its place.
@Suite struct LintHintTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// `action` and `rules` of a policy `shop/a` of workloads with `app: api`.
        var spec: String
        /// Other resources.
        var beside = ""
        var code: LintCode
        /// What stands at the place of the finding.
        var value: String
        var hint: String
        var why: String
        var testDescription: String { why }
    }

    private static let tokens = """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: j, namespace: shop}
        spec: {jwtRules: [{issuer: "https://a.example", audiences: [x], jwksUri: "https://a.example/k"}]}
        """

    private static func deployment(_ name: String, in namespace: String) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: \(name), namespace: \(namespace)}
        spec: {template: {metadata: {labels: {app: \(name)}}}}
        """
    }

    private static func account(_ name: String, in namespace: String) -> String {
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: \(name), namespace: \(namespace)}"
    }

    private static func allow(from: String = "", to: String = "") -> String {
        let parts = [
            from.isEmpty ? nil : "from: [{source: {\(from)}}]", to.isEmpty ? nil : "to: [{operation: {\(to)}}]",
        ]
        return "rules: [{\(parts.compactMap(\.self).joined(separator: ", "))}]"
    }

    private static func run(_ c: Case) throws -> (run: LintRun, text: String) {
        let policy = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: a, namespace: shop}
            spec:
              selector: {matchLabels: {app: api}}
              \(c.spec)
            """
        let text = policy + (c.beside.isEmpty ? "" : "\n---\n\(c.beside)")
        return (try LintRun(text), text)
    }

    @Test(
        "a rule that never matches is told by the value that none has",
        arguments: [
            Case(
                spec: allow(from: #"principals: ["spiffe://cluster.local/ns/a/sa/b"]"#, to: "paths: [/x]"),
                code: .ruleNeverMatches, value: #""spiffe://"#,
                hint: "write it without `spiffe://`: `cluster.local/ns/a/sa/b`", why: "the scheme of a SPIFFE ID"),
            Case(
                spec: allow(to: "methods: [GET], paths: [admin]"), code: .ruleNeverMatches, value: "admin]",
                hint: "paths begin with `/`: write `/admin`", why: "a path without its slash"),
            Case(
                spec: allow(to: #"methods: [GET], paths: ["https://a.example/x/y"]"#), code: .ruleNeverMatches,
                value: #""https://a"#, hint: "write the path alone: `/x/y`", why: "a URL in the place of a path"),
            Case(
                spec: allow(to: #"methods: [GET], paths: ["payments.shop/v1/charges"]"#), code: .ruleNeverMatches,
                value: #""payments.shop"#,
                hint: "write the path alone: `/v1/charges`; the host `payments.shop` belongs in `hosts`",
                why: "a host before a path"),
            Case(
                spec: allow(to: #"methods: [GET], paths: ["v1.0/charges"]"#), code: .ruleNeverMatches,
                value: #""v1.0"#, hint: "paths begin with `/`: write `/v1.0/charges`",
                why: "a version before a path is no host"),
            Case(
                spec: allow(to: #"methods: [GET], paths: ["/a?b=1"]"#), code: .ruleNeverMatches, value: #""/a?b=1""#,
                hint: "paths are compared without their query: write `/a`", why: "a path with a query"),
            Case(
                spec: allow(to: #"methods: [GET], hosts: ["https://a.example/x"]"#), code: .ruleNeverMatches,
                value: #""https://a"#, hint: "write the host alone: `a.example`", why: "a URL in the place of a host"),
            Case(
                spec: allow(from: #"requestPrincipals: ["https://a.example"]"#), beside: tokens,
                code: .ruleNeverMatches,
                value: #""https://a.example""#,
                hint:
                    "a request principal is `ISSUER/SUBJECT`: write `https://a.example/*` for everybody of the issuer",
                why: "an issuer without a subject"),
            Case(
                spec: allow(from: #"requestPrincipals: ["alice"]"#), beside: tokens, code: .ruleNeverMatches,
                value: #""alice""#, hint: "a request principal is `ISSUER/SUBJECT`: write `https://a.example/alice`",
                why: "a subject alone"),
            Case(
                spec: allow(from: #"requestPrincipals: ["a.example/*"]"#), beside: tokens, code: .ruleNeverMatches,
                value: #""a.example/*""#, hint: "a request principal is `ISSUER/SUBJECT`: write `https://a.example/*`",
                why: "an issuer without its scheme"),
            Case(
                spec: allow(from: #"requestPrincipals: ["http://a.example/bo"]"#), beside: tokens,
                code: .ruleNeverMatches, value: #""http://a.example/bo""#,
                hint: "a request principal is `ISSUER/SUBJECT`: write `https://a.example/bo`",
                why: "an issuer with another scheme"),
            Case(
                spec: allow(from: #"requestPrincipals: ["https://b.example/*"]"#), beside: tokens,
                code: .ruleNeverMatches, value: #""https://b.example/*""#,
                hint:
                    "a request principal is `ISSUER/SUBJECT`, and only tokens of `https://a.example` are verified here",
                why: "an issuer that no rule has"),
            Case(
                spec: allow(from: #"requestPrincipals: ["cluster.local/ns/a/sa/b"]"#), beside: tokens,
                code: .ruleNeverMatches, value: #""cluster.local"#,
                hint: "that is the principal of a workload: write it in `principals`", why: "an identity of a workload"),
            Case(
                spec: allow(from: #"principals: ["https://a.example/bo"]"#), beside: tokens, code: .ruleNeverMatches,
                value: #""https://a.example/bo""#,
                hint: "that is the principal of a token: write it in `requestPrincipals`", why: "a user of an issuer"),
            Case(
                spec: allow(from: #"requestPrincipals: ["https://a.example//*"]"#), beside: tokens,
                code: .ruleNeverMatches, value: #""https://a.example//*""#,
                hint: "only tokens of `https://a.example` are verified here: write `https://a.example/*`",
                why: "a slash too much behind the issuer"),
            Case(
                spec: allow(from: #"requestPrincipals: ["https://a.example/*"]"#),
                beside: tokens.replacing("issuer: \"https://a.example\"", with: "issuer: \"https://a.example/\""),
                code: .ruleNeverMatches, value: #""https://a.example/*""#,
                hint:
                    "only tokens of `https://a.example/` are verified here: is the `/` at the end of `issuer` (",
                why: "an issuer with a slash that the policies do not have"),
            Case(
                spec: allow(from: "principals: [web]"), code: .ruleNeverMatches, value: "web]",
                hint:
                    "a principal is `TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT`, such as `cluster.local/ns/default/sa/web`",
                why: "an account alone"),
            Case(
                spec: allow(to: "methods: [GET, POST], notMethods: [GET, POST]"), code: .ruleNeverMatches,
                value: "{to: ", hint: "look for values that exclude one another, or that no request has",
                why: "no value, but two that exclude one another"),
        ])
    func neverMatching(_ c: Case) throws { try check(c) }

    @Test(
        "what is meant is written in the hint",
        arguments: [
            Case(
                spec: allow(from: #"principals: ["cluster.local/ns/shop/web"]"#), code: .valueNeverMatches,
                value: #""cluster.local"#, hint: "write `cluster.local/ns/shop/sa/web`", why: "no `sa`"),
            Case(
                spec: allow(from: #"namespaces: ["Shop "]"#), code: .valueNeverMatches, value: #""Shop "#,
                hint: "write `shop`", why: "a blank and a capital"),
            Case(
                spec: allow(to: #"paths: ["/v1/*/items/*"]"#), code: .innerStarIsLiteral, value: #""/v1/*"#,
                hint: "write `/v1/{*}/items/{**}`: `{*}` stands for one segment of a path", why: "stars for segments"),
            Case(
                spec: allow(to: #"hosts: ["api.*.example"]"#), code: .innerStarIsLiteral, value: #""api.*"#,
                hint: "list the values that are meant, or keep one star at an end", why: "a star in a host"),
            Case(
                spec: "action: DENY\n  " + allow(to: #"paths: ["/api/admin/*"], ports: ["8080"]"#),
                code: .denyPathBypass, value: #""/api/admin/*""#,
                hint:
                    "list `/api/admin` too; `pathNormalization: {normalization: DECODE_AND_MERGE_SLASHES}` in the mesh settings closes `//api/admin/x`, `/api/admin%2Fx`; allow the paths",
                why: "a folder without itself"),
            Case(
                spec: "action: DENY\n  " + allow(to: #"paths: ["/api/admin"], ports: ["8080"]"#),
                code: .denyPathBypass, value: #""/api/admin""#, hint: "list `/api/admin/*` too; `pathNormalization",
                why: "a page without what is below it"),
            Case(
                spec: allow(to: "paths: [/x]"),
                beside: deployment("cart", in: "shop") + "\n---\n" + deployment("api", in: "payments"),
                code: .selectsNothing, value: "shop}",
                hint: "payments/api has `app=api`: is the policy meant for `payments`?",
                why: "a policy in the namespace of another workload"),
            Case(
                spec: allow(to: "paths: [/x]"),
                beside: deployment("apu", in: "shop") + "\n---\n" + deployment("cart", in: "payments"),
                code: .selectsNothing, value: "app: api", hint: "shop/apu has `app=apu`",
                why: "a label that no namespace has"),
            Case(
                spec: allow(to: "paths: [/x]"),
                beside: deployment("cat", in: "shop") + "\n---\n" + deployment("apis", in: "shop"),
                code: .selectsNothing, value: "app: api", hint: "shop/apis has `app=apis`",
                why: "a label one letter away from one of two"),
            Case(
                spec: allow(from: #"principals: ["cluster.local/ns/payments/sa/cart"]"#, to: "paths: [/x]"),
                beside: account("ledger", in: "payments") + "\n---\n" + account("cart", in: "shop"),
                code: .unknownServiceAccount, value: #""cluster.local"#,
                hint: "did you mean `cluster.local/ns/shop/sa/cart`?", why: "an account of another namespace"),
            Case(
                spec: allow(from: #"serviceAccounts: ["payments/cart"]"#, to: "paths: [/x]"),
                beside: account("ledger", in: "payments") + "\n---\n" + account("cart", in: "shop"),
                code: .unknownServiceAccount, value: #""payments/cart"#, hint: "did you mean `shop/cart`?",
                why: "the same by `serviceAccounts`"),
            Case(
                spec: allow(from: #"serviceAccounts: ["payments:ledger"]"#, to: "paths: [/x]"),
                beside: account("ledger", in: "payments") + "\n---\n" + account("cart", in: "shop") + "\n---\n"
                    + account("api", in: "shop"),
                code: .unknownServiceAccount, value: #""payments:ledger"#, hint: "did you mean `payments/ledger`?",
                why: "an account that is joined to its namespace by something else"),
            Case(
                spec: "action: DENY\n  " + allow(from: #"principals: ["cluster.local/ns/a/sa/b"]"#),
                code: .denyPlaintextBypass, value: #""cluster.local"#,
                hint: "demand mutual TLS with a PeerAuthentication of mode `STRICT`", why: "plaintext at a sidecar"),
        ])
    func meant(_ c: Case) throws { try check(c) }

    private func check(_ c: Case) throws {
        let (run, text) = try Self.run(c)
        let found = run.result.findings.filter { $0.code == c.code }
        #expect(found.count == 1, "\(run.found)")
        let finding = try #require(found.first)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let rest = String(lines[finding.location.line - 1].dropFirst(finding.location.column - 1))
        #expect(rest.hasPrefix(c.value), "\(rest)")
        #expect(finding.hint.hasPrefix(c.hint), "\(finding.hint)")
        #expect(try run.faults() == [])
    }

    @Test("at a gateway it is the Gateway that demands certificates, as PeerAuthentications do not count there")
    func gateway() throws {
        let run = try LintRun(
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: a, namespace: istio-system}
            spec:
              selector: {matchLabels: {istio: ingressgateway}}
              action: DENY
              rules: [{from: [{source: {principals: ["cluster.local/ns/a/sa/b"]}}]}]
            """)
        #expect(run.found == ["deny-plaintext-bypass istio-system/a rule 1"])
        let hint = try #require(run.result.findings.first?.hint)
        #expect(hint.hasPrefix("demand client certificates with `tls: {mode: MUTUAL}` of the Gateway"), "\(hint)")
    }

    @Test("a request that is put to a provider is told with the provider, and so is one that is not")
    func provider() throws {
        let run = try LintRun(
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: login, namespace: shop}
            spec: {action: CUSTOM, provider: {name: oauth}, rules: [{to: [{operation: {hosts: [app.example.com]}}]}]}
            """)
        let finding = try #require(run.result.findings.first)
        #expect(
            finding.message
                == "a CUSTOM rule for the host `app.example.com` is passed by `app.example.com:8443`, and `oauth` is not asked"
        )
        #expect(
            finding.proofs.map(\.remark) == [
                "is put to `oauth`, as it is meant to be", "passes, and `oauth` is not asked",
            ])
        #expect(finding.proofs.map { $0.report.custom.map(\.provider) } == [["oauth"], []])
    }
}
