import AuthzEngine
import Testing

@testable import authz

/// What an explanation tells of the policies that reach a workload, and of those that do not.
@Suite struct ExplainAttachmentTests {
    private static func pod(_ name: String) -> String {
        "---\n{apiVersion: v1, kind: Pod, metadata: {name: \(name), namespace: shop, labels: {app: \(name)}}}\n"
    }

    private static func policy(_ name: String, _ spec: String, metadata: String = "") -> String {
        "---\n{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: \(name), namespace: shop\(metadata)}, spec: {\(spec)}}\n"
    }

    private static let tokens =
        "---\n{apiVersion: security.istio.io/v1, kind: RequestAuthentication, metadata: {name: web, namespace: shop}, spec: {selector: {matchLabels: {app: web}}, jwtRules: [{issuer: a.example, jwksUri: 'https://a.example/k'}]}}\n"
    private static let web = "selector: {matchLabels: {app: web}}, rules: [{}]"
    private static let request = "{destination: {workload: shop/cart, port: 8080}, request: {path: /}}"

    @Test("policies that do not apply are told with their kind where two share a name", arguments: ["web", "other"])
    func kinds(_ name: String) throws {
        let run = try ExplainRun(
            ["r.yaml": Self.request],
            policies: Self.pod("cart") + Self.pod("web") + Self.tokens + Self.policy(name, Self.web))
        let isShared = name == "web"
        #expect(run.answer.contains("    RequestAuthentication shop/web  its selector") == isShared, "\(run.answer)")
        #expect(run.answer.contains("    AuthorizationPolicy shop/web    its selector") == isShared)
        #expect(run.answer.contains("    shop/web    its selector") != isShared)
    }

    @Test(
        "labels of a policy that are those of another workload may be meant as its selector",
        arguments: [(", labels: {app: web}", true), (", labels: {app: cart}", false), (", labels: {app: none}", false)])
    func labels(_ metadata: String, _ isTold: Bool) throws {
        let run = try ExplainRun(
            ["r.yaml": Self.request],
            policies: Self.pod("cart") + Self.pod("web") + Self.policy("a", "rules: [{}]", metadata: metadata))
        let remark =
            "it has no selector, and its `metadata.labels` are those of shop/web: is `spec.selector.matchLabels` meant?"
        #expect(run.answer.contains(remark) == isTold, "\(run.answer)")
        #expect(run.answer.contains("`metadata.labels`") == isTold)
    }

    @Test("where ztunnel decides, no sidecar is spoken of", arguments: ["ambient", "sidecar"])
    func ztunnel(_ profile: String) throws {
        let policy = Self.policy("a", "targetRefs: [{kind: Service, group: '', name: cart}], rules: [{}]")
        let suite =
            "{profile: \(profile), tests: [{name: a, destination: {workload: shop/cart, port: 8080}, expect: deny}]}"
        let run = try SuiteRunnerTests.run(
            ["policies.yaml": Self.pod("cart") + policy, "a_test.yaml": suite], ["a_test.yaml"], format: .text)
        let sentence =
            profile == "ambient"
            ? "its targetRefs are for a gateway or waypoint, and here ztunnel decides"
            : "a targetRef never reaches a sidecar workload"
        #expect(run.answer.contains("shop/a  \(sentence)"), "\(run.answer)")
    }

    @Test("an account in the place of a namespace is told to be one")
    func accounts() throws {
        let run = try LintRun(
            Self.pod("cart")
                + Self.policy("a", "rules: [{from: [{source: {namespaces: [ops/console]}}]}]"))
        let hints = run.result.findings.map(\.hint)
        #expect(
            hints.contains(
                "a namespace is a name alone: write `ops`, or list the account of `ops/console` in `serviceAccounts`"),
            "\(hints)")
    }
}
