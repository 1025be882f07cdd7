import AuthzEngine
import Testing

@testable import authz

/// Patterns of other tools: what is written in the hint is the pattern that was meant.
@Suite struct LintPatternHintTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var path: String
        var code: LintCode
        var hint: String
        var testDescription: String { "`\(path)`" }
    }

    @Test(
        "a path as other tools write it is told with the pattern that it means",
        arguments: [
            Case(path: "/admin/**", code: .innerStarIsLiteral, hint: "write `/admin/*`"),
            Case(
                path: "/admin/*/", code: .innerStarIsLiteral,
                hint: "write `/admin/{*}/`: `{*}` stands for one segment of a path"),
            Case(path: "/admin/**/", code: .innerStarIsLiteral, hint: "write `/admin/*`"),
            Case(path: "**", code: .innerStarIsLiteral, hint: "write `*`"),
            Case(
                path: "/a/**/b", code: .innerStarIsLiteral,
                hint: "write `/a/{**}/b`: `{**}` stands for any number of segments"),
            Case(
                path: "/a/*/b/**", code: .innerStarIsLiteral,
                hint: "write `/a/{*}/b/{**}`: `{*}` stands for one segment of a path"),
            Case(
                path: "/a/**/b/**", code: .innerStarIsLiteral,
                hint: "list the values that are meant, or keep one star at an end"),
            Case(
                path: "*admin*", code: .innerStarIsLiteral,
                hint: "a star stands at one end: write `/admin*` for what begins so, and `*admin` for what ends so"),
            Case(
                path: "*/admin/*", code: .innerStarIsLiteral,
                hint: "write `/{*}/admin/{**}`: `{*}` stands for one segment of a path"),
            Case(path: "/admin/.*", code: .patternIsLiteral, hint: "write `/admin/*`"),
            Case(path: "^/admin", code: .patternIsLiteral, hint: "write `/admin*`"),
            Case(path: "^/admin/", code: .patternIsLiteral, hint: "write `/admin/*`"),
            Case(path: "^/admin/?$", code: .patternIsLiteral, hint: "write `/admin`, `/admin/`"),
            Case(path: "^/users/[0-9]+", code: .patternIsLiteral, hint: "write `/users/*`"),
            Case(
                path: "/x/.+/admin", code: .patternIsLiteral,
                hint: "write `/x/{**}/admin`: `{**}` stands for any number of segments"),
            Case(path: "^/admin$", code: .patternIsLiteral, hint: "write `/admin`"),
            Case(path: "^/admin/.*$", code: .patternIsLiteral, hint: "write `/admin/*`"),
            Case(
                path: "/users/:id", code: .patternIsLiteral,
                hint: "write `/users/{*}`: `{*}` stands for one segment of a path"),
            Case(
                path: #"/users/\d+/orders"#, code: .patternIsLiteral,
                hint: "write `/users/{*}/orders`: `{*}` stands for one segment of a path"),
            Case(path: "/a/(b|c)", code: .patternIsLiteral, hint: "write `/a/b`, `/a/c`"),
            Case(
                path: "/[a-z]+", code: .patternIsLiteral,
                hint: "write `/{*}`: `{*}` stands for one segment of a path"),
        ])
    func paths(_ c: Case) throws {
        let run = try LintRun(Self.set(c.path))
        let found = run.result.findings.filter { $0.code == c.code }
        #expect(found.map(\.hint) == [c.hint], "\(run.found)")
        #expect(try run.faults() == [])
        // What the hint says to write is accepted, and is no pattern of another tool.
        if c.hint.hasPrefix("write `"), let end = c.hint.dropFirst(7).firstIndex(of: "`") {
            let mended = try LintRun(Self.set(String(c.hint.dropFirst(7)[..<end])))
            #expect(!mended.result.findings.contains { $0.code == c.code || $0.code == .ruleNeverMatches })
        }
    }

    private static func set(_ path: String) -> String {
        """
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: istio-system}
        spec: {mtls: {mode: STRICT}}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: a, namespace: shop}
        spec:
          rules:
          - from: [{source: {namespaces: [web]}}]
            to: [{operation: {methods: [GET], paths: ['\(path)']}}]
        """
    }

    @Test(
        "two tests that exclude each other are named",
        arguments: [
            (
                "- from: [{source: {namespaces: [shop], principals: [cluster.local/ns/web/sa/front]}}]",
                "no request matches this rule: `principals` and `namespaces` leave none over together",
                "fields of one `source` must all hold: where either is enough, write two entries of `from`"
            ),
            (
                "- when: [{key: 'request.headers[:path]', values: [/a]}, {key: 'request.headers[:path]', values: [/b]}]",
                "no request matches this rule: `request.headers[:path] values` and `request.headers[:path] values` leave none over together",
                "conditions must all hold: where either value is enough, list both in one condition"
            ),
            (
                "- from: [{source: {principals: [cluster.local/ns/shop/sa/front]}}]\n    when: [{key: source.namespace, values: [web]}]",
                "no request matches this rule: `principals` and `source.namespace values` leave none over together",
                "`from`, `to` and all of `when` must hold together: where either is enough, write two rules"
            ),
        ])
    func excluding(_ rule: String, _ message: String, _ hint: String) throws {
        let run = try LintRun(
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: a, namespace: shop}
            spec:
              rules:
              \(rule)
            """)
        #expect(run.result.findings.map(\.message) == [message])
        #expect(run.result.findings.map(\.hint) == [hint])
        #expect(try run.faults() == [])
    }

    private static let workload =
        "{apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop, labels: {app: api}}}"
    private static let tokens =
        #"{apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: {name: jwt, namespace: shop}, spec: {selector: {matchLabels: {app: other}}, jwtRules: [{issuer: "https://a.example", audiences: [x], jwksUri: "https://a.example/k"}]}}"#
    private static let namespaces = "shop web".split(separator: " ").map {
        "{apiVersion: v1, kind: Namespace, metadata: {name: \($0)}}"
    }.joined(separator: "\n---\n")

    @Test(
        "what is meant is looked for where it may be",
        arguments: [
            (
                ", namespace: shop", #"notRequestPrincipals: ["https://a.example/x"]"#, "", LintCode.valueNeverMatches,
                "shop/jwt verifies tokens of this issuer, and does not reach the workload: correct its namespace or selector, or those of this policy"
            ),
            (
                ", namespace: shop", #"notRequestPrincipals: ["https://b.example/x"]"#, "", .valueNeverMatches,
                "no RequestAuthentication reaches the workload, so no token is verified there: add one with the issuer"
            ),
            (", namespace: shop", "namespaces: [cluster.local/ns/web]", "", .unknownNamespace, "did you mean `web`?"),
            (
                ", namespace: shop", #"notPrincipals: ["*/sa/api/*"]"#, "", .innerStarIsLiteral,
                "a star stands at one end: write `*/sa/api` for what ends so"
            ),
            (
                "", "namespaces: [web]", "selector: {matchLabels: {app: api}}, ", .selectsNothing,
                "none is written; shop/api has `app=api`: write `namespace: shop`"
            ),
            ("", "namespaces: [web]", "", .selectsNothing, "write the `namespace` of its workloads in `metadata`"),
        ])
    func elsewhere(_ namespace: String, _ source: String, _ selector: String, _ code: LintCode, _ hint: String) throws {
        let policy =
            "{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: a\(namespace)}, spec: {\(selector)rules: [{from: [{source: {\(source)}}]}]}}"
        let run = try LintRun([Self.workload, Self.tokens, Self.namespaces, policy].joined(separator: "\n---\n"))
        let found = run.result.findings.filter { $0.code == code && $0.policy.name == "a" }
        #expect(found.map(\.hint) == [hint], "\(run.found)")
        #expect(try run.faults() == [])
    }

    @Test("a target of another namespace is told with that")
    func target() throws {
        let gateway =
            "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: public, namespace: web}, spec: {gatewayClassName: istio}}"
        let policy =
            "{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: a, namespace: shop}, spec: {targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: public}]}}"
        let run = try LintRun([Self.workload, gateway, policy].joined(separator: "\n---\n"))
        #expect(run.result.findings.map(\.hint) == ["it is in the namespace `web`: write the policy there"])
    }

    @Test(
        "a host is told to be listed with and without a port",
        arguments: [
            ("shop.example", "list the host with `:*` too, or allow"),
            ("shop.example:8443", "list `shop.example` and `shop.example:*`, or allow"),
            ("shop.example:*", "list `shop.example` too, or allow"),
        ])
    func hosts(_ host: String, _ hint: String) throws {
        let run = try LintRun(
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: a, namespace: shop}
            spec: {action: DENY, rules: [{to: [{operation: {hosts: ["\(host)"]}}]}]}
            """)
        let finding = try #require(run.result.findings.first { $0.code == .denyHostBypass })
        #expect(finding.hint.hasPrefix(hint), "\(finding.hint)")
    }
}
