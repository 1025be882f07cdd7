import AuthzEngine
import AuthzPolicy
import Testing

@testable import authz

/// What is said of policies that reach nothing, and of tokens that nobody verifies: what is there, and what to write.
@Suite struct LintAttachmentHintTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var set: [String]
        var code = LintCode.selectsNothing
        var message: String
        var hint: String
        var why: String
        var testDescription: String { why }
    }

    private static func namespace(_ name: String) -> String {
        "{apiVersion: v1, kind: Namespace, metadata: {name: \(name)}}"
    }

    private static func deployment(_ name: String, in namespace: String, own: String = "", more: String = "") -> String
    {
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: \(name), namespace: \(namespace), labels: {\(own)}}, spec: {template: {metadata: {labels: {app: \(name)\(more)}}}}}"
    }

    private static func gateway(_ name: String, in namespace: String) -> String {
        "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: \(name), namespace: \(namespace)}, spec: {gatewayClassName: istio, listeners: [{name: web, protocol: HTTP, port: 80}]}}"
    }

    private static func service(_ name: String, in namespace: String) -> String {
        "{apiVersion: v1, kind: Service, metadata: {name: \(name), namespace: \(namespace)}, spec: {selector: {app: \(name)}, ports: [{port: 80, targetPort: 8080}]}}"
    }

    private static func policy(
        _ metadata: String, _ attachment: String, _ rules: String = "{to: [{operation: {paths: [/x]}}]}"
    )
        -> String
    {
        "{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: a\(metadata)}, spec: {\(attachment)rules: [\(rules)]}}"
    }

    private static func tokens(_ name: String, in namespace: String, _ attachment: String = "") -> String {
        "{apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: {name: \(name), namespace: \(namespace)}, spec: {\(attachment)jwtRules: [{issuer: \"https://\(name).example\", audiences: [x], jwksUri: \"https://\(name).example/k\"}]}}"
    }

    private static let target = "targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: public}], "
    private static let selector = "selector: {matchLabels: {app: api}}, "
    private static let bot = #"{from: [{source: {requestPrincipals: ["https://bot.example/*"]}}]}"#
    private static let strict =
        "{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: default, namespace: istio-system}, spec: {mtls: {mode: STRICT}}}"

    @Test(
        "what a policy names is looked for where it is",
        arguments: [
            Case(
                set: [
                    deployment("site", in: "news"), gateway("publik", in: "news"), policy(", namespace: news", target),
                ],
                message: "no gateway or waypoint that is a target of the policy is there",
                hint: "did you mean `publik`?", why: "a target by nearly its name"),
            Case(
                set: [
                    deployment("site", in: "news"), gateway("front", in: "news"), policy(", namespace: news", target),
                ],
                message: "no gateway or waypoint that is a target of the policy is there",
                hint: "name a Gateway that is there, as `front`; a sidecar is reached by a `selector`",
                why: "a target by another name"),
            Case(
                set: [
                    deployment("site", in: "news"), gateway("public", in: "ingress"),
                    policy(", namespace: news", target),
                ],
                message:
                    "the Gateway `public` is not in the namespace of the policy, which protects nothing: it is attached to what is in its own",
                hint: "it is in the namespace `ingress`: write the policy there", why: "a target of another namespace"),
            Case(
                set: [
                    deployment("site", in: "web"), gateway("public", in: "ingress"),
                    policy(", namespace: news", target),
                ],
                message:
                    "the Gateway `public` is not in the namespace of the policy, which protects nothing: it is attached to what is in its own",
                hint: "it is in the namespace `ingress`: write the policy there",
                why: "the same where no workload is in its own"),
            Case(
                set: [
                    namespace("shop"), namespace("web"), deployment("api", in: "shop"), service("api", in: "shop"),
                    policy(", namespace: shop", "targetRefs: [{kind: Service, group: \"\", name: api}], "),
                ],
                message:
                    "a policy for a Service acts at a waypoint alone, and there is none: the sidecar of shop/api does not enforce it",
                hint: "attach it by a `selector`, as with `app=api`, or add the Gateway of the waypoint",
                why: "a Service of workloads with sidecars"),
            Case(
                set: [namespace("shop"), namespace("web"), deployment("api", in: "shop"), policy("", selector)],
                message: "there is no namespace `default`, so the policy protects nothing",
                hint: "none is written; shop/api has `app=api`: write `namespace: shop`", why: "no namespace"),
            Case(
                set: [deployment("api", in: "shop"), deployment("web", in: "default"), policy("", selector)],
                message:
                    "no workload of the namespace `default` has the labels `app=api`, so the policy protects nothing",
                hint: "none is written; shop/api has `app=api`: write `namespace: shop`",
                why: "no namespace, where there is one by that name"),
            Case(
                set: [
                    deployment("api", in: "shop", own: "tier: front"),
                    policy(", namespace: shop", "selector: {matchLabels: {app: api, tier: front}}, "),
                ],
                message:
                    "no workload of the namespace `shop` has the labels `app=api,tier=front`, so the policy protects nothing",
                hint:
                    "shop/api has `tier=front` in the `metadata` of its Deployment alone, and a selector reads those of its pods: write it below `spec.template.metadata.labels`, too",
                why: "a label that pods do not have"),
            Case(
                set: [
                    deployment("api", in: "shop"), deployment("api2", in: "shop", more: ", version: v1"),
                    policy(", namespace: shop", "selector: {matchLabels: {app: api, version: v1}}, "),
                ],
                message:
                    "no workload of the namespace `shop` has the labels `app=api,version=v1`, so the policy protects nothing",
                hint: "shop/api has `app=api`, and no label `version`", why: "a label that the workload lacks"),
            Case(
                set: [
                    gateway("public", in: "news"),
                    policy(", namespace: news", target.replacing("public", with: "publc")),
                ],
                message: "no gateway or waypoint that is a target of the policy is there",
                hint: "did you mean `public`?", why: "a target where no workload is known"),
            Case(
                set: [
                    deployment("site", in: "news"), gateway("public", in: "news"),
                    policy(", namespace: news", "selector: {matchLabels: {istio: ingressgateway}}, "),
                ],
                message:
                    "no workload of the namespace `news` has the labels `istio=ingressgateway`, so the policy protects nothing",
                hint:
                    "is the Gateway `public` meant? write `targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: public}]` in the place of the selector",
                why: "the labels of Istio's own gateway where there is one of the Gateway API"),
            Case(
                set: [
                    deployment("site", in: "news"), gateway("public", in: "news"),
                    policy(", namespace: news", target).replacing("name: a,", with: "name: b,"),
                    policy(", namespace: news", "selector: {matchLabels: {istio: ingressgateway}}, "),
                ],
                message:
                    "no workload of the namespace `news` has the labels `istio=ingressgateway`, so the policy protects nothing",
                hint:
                    "is the Gateway `public` meant? write `targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: public}]` in the place of the selector, as news/b has",
                why: "the same beside a policy that names it"),
            Case(
                set: [
                    strict, deployment("api", in: "shop"), service("api", in: "shop"),
                    gateway("way", in: "shop").replacing(
                        "gatewayClassName: istio", with: "gatewayClassName: istio-waypoint"),
                    tokens("bot", in: "shop", "targetRefs: [{kind: Service, group: \"\", name: api}], "),
                    policy(", namespace: shop", selector, bot),
                ], code: .tokenNeverVerified,
                message:
                    "the rule asks for a token, and no RequestAuthentication reaches the workload: none is verified there",
                hint:
                    "shop/bot verifies tokens of this issuer for the Service `api`, at its waypoint, which no selector reaches: write `targetRefs: [{kind: Service, group: \"\", name: api}]` in the place of the selector",
                why: "tokens that a waypoint verifies"),
            Case(
                set: [
                    strict.replacing("{mtls", with: "{selector: {matchLabels: {app: api}}, mtls"),
                    deployment("api", in: "shop"),
                ],
                message: "in the root namespace, a PeerAuthentication with a selector reaches nothing",
                hint:
                    "shop/api has `app=api`: write it in the namespace `shop`, or without the selector for the whole mesh",
                why: "a mode with a selector in the root namespace"),
            Case(
                set: [
                    strict, deployment("api", in: "shop"),
                    policy(", namespace: shop", "", "{from: [{source: {namespaces: [web]}}]}"),
                    policy(", namespace: shop", selector).replacing("name: a,", with: "name: b,"),
                    policy(", namespace: shop", "action: DENY, ", "{}").replacing("name: a,", with: "name: deny,"),
                ],
                code: .allowAlwaysDenied,
                message:
                    "a DENY rule that matches every request goes before all ALLOW rules: those of shop/a and 1 other allow nothing there",
                hint:
                    "for a default of deny write `spec: {}` in its place, which allows nothing but what other ALLOW policies allow; if all is meant to be denied, say so in an annotation",
                why: "a DENY rule for everything, and no word at the ALLOW rules"),
            Case(
                set: [
                    namespace("shop"), namespace("monitoring"), strict, deployment("api", in: "shop"),
                    "{apiVersion: v1, kind: ServiceAccount, metadata: {name: prometheus, namespace: monitoring}}",
                    policy(", namespace: shop", "", "{from: [{source: {namespaces: [prometheus]}}]}"),
                ],
                code: .unknownNamespace,
                message: "there is no namespace `prometheus`, so `namespaces` fits nobody by it",
                hint: "`prometheus` is a service account of the namespace `monitoring`: write `monitoring`",
                why: "an account in the place of its namespace"),
            Case(
                set: [
                    strict, deployment("api", in: "shop"), deployment("portal", in: "portal"),
                    policy(
                        ", namespace: shop", "", "{from: [{source: {principals: [cluster.local/ns/portal/sa/portal]}}]}"
                    ),
                ],
                code: .unknownServiceAccount,
                message:
                    "there is no service account `portal` in the namespace `portal`, so `principals` fits nobody by it",
                hint:
                    "portal/portal runs as `default`: give it the account by `serviceAccountName` of its Deployment, or write `cluster.local/ns/portal/sa/default`",
                why: "a workload without an account of its own"),
            Case(
                set: [
                    strict, deployment("api", in: "shop"), deployment("web", in: "web"), tokens("idp", in: "shop"),
                    tokens("bot", in: "shop", "selector: {matchLabels: {app: web}}, "),
                    policy(", namespace: shop", selector, bot),
                ],
                message: "no workload of the namespace `shop` has the labels `app=web`, so the policy protects nothing",
                hint: "shop/a asks for tokens of its issuer, and selects `app=api`: select the same",
                why: "a RequestAuthentication that selects another workload than the policy that asks for its tokens"),
            Case(
                set: [
                    strict, deployment("api", in: "shop"), deployment("web", in: "shop"), tokens("idp", in: "shop"),
                    tokens("bot", in: "shop", "selector: {matchLabels: {app: web}}, "),
                    policy(", namespace: shop", selector, bot),
                ],
                code: .ruleNeverMatches,
                message: "no request has `https://bot.example/*` in `requestPrincipals`, so none matches this rule",
                hint:
                    "shop/bot verifies tokens of this issuer, and does not reach the workload: correct its namespace or selector, or those of this policy",
                why: "the issuer of a RequestAuthentication for another workload"),
            Case(
                set: [
                    strict, deployment("api", in: "shop"), deployment("web", in: "web"), tokens("bot", in: "web"),
                    policy(", namespace: shop", selector, bot),
                ],
                code: .tokenNeverVerified,
                message:
                    "the rule asks for a token, and no RequestAuthentication reaches the workload: none is verified there",
                hint:
                    "web/bot verifies tokens of this issuer, and does not reach the workload: correct its namespace or selector, or those of this policy",
                why: "the issuer of one in another namespace"),
        ])
    func hints(_ c: Case) throws {
        let run = try LintRun(c.set.joined(separator: "\n---\n"))
        let found = run.result.findings.filter { $0.code == c.code }
        #expect(found.map(\.message) == [c.message], "\(run.found)")
        #expect(found.map(\.hint) == [c.hint])
        #expect(try run.faults() == [])
    }

    @Test("who is taken for the caller in the place of a namespace that is not there is of one that is")
    func someNamespace() throws {
        let run = try LintRun(
            [
                Self.namespace("shop"), Self.namespace("web"), Self.strict, Self.deployment("api", in: "shop"),
                Self.policy(", namespace: shop", "", "{from: [{source: {namespaces: [zzzzzz]}}]}"),
            ].joined(separator: "\n---\n"))
        let finding = try #require(run.result.findings.first { $0.code == .unknownNamespace }, "\(run.found)")
        #expect(finding.proofs.map(\.remark) == ["comes from the namespace `shop`, which is there"])
    }

    @Test("requests for a Gateway go to a port of its listeners, and are told by its name")
    func listener() throws {
        let run = try LintRun(
            [
                Self.gateway("public", in: "news"),
                Self.policy(
                    ", namespace: news", "action: DENY, \(Self.target)", "{to: [{operation: {paths: [/admin]}}]}"),
            ].joined(separator: "\n---\n"))
        let finding = try #require(run.result.findings.first { $0.code == .denyPathBypass }, "\(run.found)")
        #expect(finding.proofs.map { $0.document.destination.port } == [80, 80])
        #expect(finding.proofs.map { $0.report.workload } == ["Gateway news/public", "Gateway news/public"])
        #expect(try run.faults() == [])
    }

    @Test("a host whose port is any has a port that can be sent")
    func port() throws {
        let run = try LintRun(
            [
                Self.gateway("public", in: "news"),
                Self.policy(
                    ", namespace: news", Self.target,
                    #"{to: [{operation: {hosts: ["news.example:*"], notPaths: [/internal]}}]}"#),
            ].joined(separator: "\n---\n"))
        let finding = try #require(run.result.findings.first { $0.code == .notPathsBypass }, "\(run.found)")
        #expect(finding.proofs.map { $0.document.request?.host } == ["news.example:8443", "news.example:8443"])
    }

    @Test(
        "two conditions on one header that no line of it meets are told",
        arguments: [("b", true), ("a", false), ("a, b", false), ("b*", false)])
    func headers(_ values: String, _ isTold: Bool) throws {
        let run = try LintRun(
            "{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: a, namespace: shop}, spec: {rules: [{when: [{key: \"request.headers[x-team]\", values: [a]}, {key: \"request.headers[X-Team]\", values: [\(values)]}]}]}}"
        )
        let hints = run.result.notes.map(\.hint).filter { $0.hasPrefix("where either value") }
        #expect(hints == (isTold ? ["where either value is enough, list both in one condition"] : []))
    }
}
