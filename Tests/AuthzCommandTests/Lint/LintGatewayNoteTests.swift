import AuthzEngine
import Testing

@testable import authz

/// What `authz lint` says of gateways, waypoints and labels without a request that would prove it.
@Suite struct LintGatewayNoteTests {
    private static func policy(_ spec: String, metadata: String = "") -> String {
        "---\n{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: a, namespace: shop\(metadata)}, spec: {\(spec)}}\n"
    }

    private static func pod(_ name: String, in namespace: String = "shop") -> String {
        "---\n{apiVersion: v1, kind: Pod, metadata: {name: \(name), namespace: \(namespace), labels: {app: \(name)}}}\n"
    }

    private static func namespace(_ labels: String) -> String {
        "---\n{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {\(labels)}}}\n"
    }

    private static let gateway =
        "---\n{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: edge, namespace: shop}, spec: {gatewayClassName: istio}}\n"
    private static let rules = "rules: [{from: [{source: {namespaces: [web]}}], to: [{operation: {paths: [/x]}}]}]"

    private static func notes(_ set: String) throws -> [String] {
        try LintRun(set).result.notes.map { "\($0.message); \($0.hint)" }
    }

    @Test("a selector of a gateway is told which Gateway is there, and another one nothing", arguments: [true, false])
    func gatewaySelectors(_ isOfGateway: Bool) throws {
        let labels = isOfGateway ? "istio: ingressgateway" : "app: api"
        let target = "targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: edge}]"
        let notes = try Self.notes(
            Self.gateway + Self.policy("selector: {matchLabels: {\(labels)}}, \(Self.rules)")
                + Self.policy("\(target), \(Self.rules)").replacing("name: a,", with: "name: b,"))
        let note =
            "shop/a selects `istio=ingressgateway`, and the namespace has a Gateway, whose pods are told by labels of their own; is the Gateway `edge` meant? write `\(target)` in the place of the selector, as shop/b has"
        #expect(notes.contains(note) == isOfGateway, "\(notes)")
        #expect(notes.contains { $0.contains("is the Gateway") } == isOfGateway)
    }

    @Test(
        "rules of HTTP in an ambient mesh are told of ztunnel",
        arguments: [
            ("istio.io/dataplane-mode: ambient", "", true), ("", "", false),
            ("istio.io/dataplane-mode: ambient", "targetRefs: [{kind: Service, group: '', name: api}], ", false),
        ])
    func ambient(_ labels: String, _ attachment: String, _ isTold: Bool) throws {
        let notes = try Self.notes(
            Self.namespace(labels) + Self.pod("api") + Self.policy("\(attachment)\(Self.rules)"))
        #expect(notes.contains { $0.hasSuffix("; give `--profile ambient`") } == isTold, "\(notes)")
    }

    @Test(
        "labels of a policy that are those of one workload of several may be meant as its selector",
        arguments: [
            (", labels: {app: api}", "", true), ("", "", false), (", labels: {app: other}", "", false),
            (", labels: {team: api}", "", false),
            (", labels: {app: api}", "selector: {matchLabels: {app: api}}, ", false),
        ])
    func labels(_ metadata: String, _ attachment: String, _ isTold: Bool) throws {
        let notes = try Self.notes(
            Self.pod("api") + Self.pod("web") + Self.policy("\(attachment)\(Self.rules)", metadata: metadata))
        let note =
            "shop/a has no selector, so it is for all workloads of its namespace, and its `metadata.labels` are those of shop/api; if it is meant for that one, write `selector: {matchLabels: {app: api}}` in `spec`"
        #expect(notes.contains(note) == isTold, "\(notes)")
        #expect(notes.contains { $0.contains("`metadata.labels`") } == isTold)
    }

    @Test("labels of the one workload that there is say nothing")
    func labelsOfTheOnlyWorkload() throws {
        let notes = try Self.notes(Self.pod("api") + Self.policy(Self.rules, metadata: ", labels: {app: api}"))
        #expect(!notes.contains { $0.contains("`metadata.labels`") }, "\(notes)")
    }

    @Test(
        "a beginning of paths with a dot in it may be an expression",
        arguments: [("/navi.*", true), ("/index.*", false), ("/navi*", false), ("/navi/.*", false)])
    func dottedPaths(_ path: String, _ isTold: Bool) throws {
        let notes = try Self.notes(Self.pod("api") + Self.policy("rules: [{to: [{operation: {paths: ['\(path)']}}]}]"))
        let note =
            "`/navi.*` of shop/a, rule 1, fits what begins with `/navi.`, and neither `/navi` nor what is below it; if it is meant as a regular expression, write `/navi*` for what begins so, or `/navi`, `/navi/*` for the folder"
        #expect(notes.contains(note) == isTold, "\(notes)")
    }

    @Test(
        "requests for a Service go to the waypoint that acts for it",
        arguments: [
            ("", "", "waypoint: waypoint", "shop"),
            ("istio.io/use-waypoint: shop-way", "", "waypoint: shop-way", "shop"),
            ("istio.io/use-waypoint: shop-way", "istio.io/use-waypoint: api-way", "waypoint: api-way", "shop"),
            (
                "istio.io/use-waypoint: way, istio.io/use-waypoint-namespace: infra", "", "waypoint: way", "infra"
            ),
        ])
    func waypoints(_ namespace: String, _ service: String, _ waypoint: String, _ place: String) throws {
        let run = try LintRun(
            Self.namespace(namespace) + Self.pod("api")
                + "---\n{apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop, labels: {\(service)}}, spec: {selector: {app: api}, ports: [{name: http, port: 80}]}}\n"
                + Self.policy(
                    "targetRefs: [{kind: Service, group: '', name: api}], rules: [{}]"))
        let proofs = run.result.findings.filter { $0.code == .allowAll }.flatMap(\.proofs)
        let text = try #require(proofs.first.map { RequestText.document($0.document) })
        #expect(text.contains(waypoint), "\(text)")
        #expect(text.contains("namespace: \(place)"), "\(text)")
        #expect(try run.faults() == [])
    }
}
