import AuthzEngine
import AuthzPolicy
import Testing

/// Which policies reach a workload (selection dossier 2).
@Suite struct AttachmentTests {
    /// A workload that a policy may reach.
    enum Target: Sendable {
        /// `app: web, v: 1` of `shop`.
        case sidecar
        /// The gateway `x` of the Gateway API in `shop`.
        case gateway
        /// A classic ingress gateway in `shop`, without the label of the Gateway API.
        case classicGateway
        /// The waypoint `wp` of `infra`, acting for the Service `reviews` of `shop`.
        case waypoint
        /// The same, acting for the ServiceEntry `outside` of `shop`.
        case waypointForEntry

        var destination: RequestDocument.Destination {
            var destination = RequestDocument.Destination()
            destination.namespace = "shop"
            switch self {
            case .sidecar: destination.labels = ["app": "web", "v": "1"]
            case .gateway:
                destination.labels = ["gateway.networking.k8s.io/gateway-name": "x", "app": "web"]
            case .classicGateway: destination.labels = ["istio": "ingressgateway", "app": "web"]
            case .waypoint, .waypointForEntry:
                destination.namespace = "infra"
                destination.waypoint = "wp"
                destination.service = self == .waypoint ? "reviews.shop" : "outside.shop"
            }
            return destination
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var id: String
        var spec: String
        var namespace: String
        var reaches: [Target]
        var misses: [Target]
        var why: String

        init(
            _ id: String, _ spec: String, in namespace: String, reaches: [Target] = [], misses: [Target] = [],
            _ why: String
        ) {
            self.id = id
            self.spec = spec
            self.namespace = namespace
            self.reaches = reaches
            self.misses = misses
            self.why = why
        }

        var testDescription: String { "\(id): \(spec) in \(namespace): \(why)" }
    }

    private static let service = "targetRefs: [{kind: Service, group: '', name: reviews}]"
    private static let entry = "targetRefs: [{kind: ServiceEntry, group: networking.istio.io, name: outside}]"
    private static let serviceEntry = """
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: outside, namespace: shop}
        spec: {hosts: [outside.example]}

        """
    private static let gateway = "targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: x}]"
    private static let waypoint = "targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: wp}]"
    private static let everyWaypoint =
        "targetRefs: [{kind: GatewayClass, group: gateway.networking.k8s.io, name: istio-waypoint}]"

    private static let cases = [
        Case(
            "PA 25", "", in: "istio-system", reaches: [.sidecar, .gateway], misses: [.waypoint],
            "the root namespace is for all but waypoints"),
        Case("PA 31, AP 140", "", in: "infra", misses: [.sidecar, .waypoint], "a waypoint wants references"),
        Case(
            "PA 30", "", in: "shop", reaches: [.sidecar], misses: [.waypoint, .waypointForEntry],
            "of the Service's namespace too"),
        Case(
            "PA 26, AP 143", "selector: {matchLabels: {app: web}}", in: "istio-system", reaches: [.sidecar, .gateway],
            misses: [.waypoint], "a selector of the root namespace selects everywhere"),
        Case(
            "", "selector: {matchLabels: {app: web, v: '1'}}", in: "istio-system", reaches: [.sidecar],
            misses: [.gateway], "all labels are needed"),
        Case("", "selector: {matchLabels: {app: Web}}", in: "shop", misses: [.sidecar], "case counts"),
        Case("", "selector: {}", in: "shop", reaches: [.sidecar, .gateway], "no labels select all"),
        Case("PA 27", "", in: "other", misses: [.sidecar, .gateway, .waypoint], "another namespace"),
        Case(
            "PA 28, AP 139", gateway, in: "shop", reaches: [.gateway], misses: [.sidecar, .classicGateway],
            "a reference reaches no sidecar"),
        Case("AP 139", service, in: "shop", reaches: [.waypoint], misses: [.sidecar], "of any kind"),
        Case(
            "PA 29", "", in: "shop", reaches: [.gateway, .classicGateway], "a gateway is a workload of its namespace"),
        Case(
            "PA 32, AP 142", everyWaypoint, in: "istio-system", reaches: [.waypoint, .waypointForEntry],
            misses: [.sidecar, .gateway], "every waypoint"),
        Case("PA 33", everyWaypoint, in: "shop", misses: [.waypoint], "but only from the root namespace"),
        Case("PA 33", everyWaypoint, in: "infra", misses: [.waypoint], "not even from its own"),
        Case("PA 34", service, in: "shop", reaches: [.waypoint], misses: [.waypointForEntry], "the Service's requests"),
        Case("PA 35", service, in: "infra", misses: [.waypoint], "a Service is of the policy's namespace"),
        Case(
            "PA 36", "targetRefs: [{kind: Service, group: core, name: reviews}]", in: "shop", reaches: [.waypoint],
            "the core group by its name"),
        Case(
            "", "targetRef: {kind: Service, name: reviews}", in: "shop", reaches: [.waypoint], misses: [.sidecar],
            "the legacy field"),
        Case(
            "PA 37", "targetRefs: [{kind: Service, name: outside}]", in: "shop", misses: [.waypointForEntry],
            "a ServiceEntry is no Service"),
        Case("PA 37", entry, in: "shop", reaches: [.waypointForEntry], misses: [.waypoint], "it has a kind of its own"),
        Case(
            "PA 38", "targetRefs: [{kind: Service, name: other}, {kind: Service, name: reviews}]", in: "shop",
            reaches: [.waypoint], "one of two"),
        Case("AP 141", gateway, in: "istio-system", misses: [.gateway], "a Gateway is of the policy's namespace"),
        Case("", waypoint, in: "infra", reaches: [.waypoint], "a waypoint by its name"),
        Case("", waypoint, in: "shop", misses: [.waypoint], "from its own namespace"),
    ]

    @Test("an AuthorizationPolicy and a RequestAuthentication reach the same workloads", arguments: cases)
    func attachment(_ c: Case) throws {
        let comma = c.spec.isEmpty ? "" : ", "
        let deny = Scene.policy("{action: DENY\(comma)\(c.spec), rules: [{}]}", namespace: c.namespace)
        let tokens = """
            ---
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: t, namespace: \(c.namespace)}
            spec: {jwtRules: [{issuer: i, jwksUri: 'https://i.example/'}]\(comma)\(c.spec)}

            """
        for (target, reaches) in c.reaches.map({ ($0, true) }) + c.misses.map({ ($0, false) }) {
            var policy = try Scene(deny + Self.serviceEntry, trustsAnyIssuer: false)
            policy.destination = target.destination
            #expect(policy.allows(Ask()) != reaches, "the policy at \(target)")
            var authentication = try Scene(tokens + Self.serviceEntry, trustsAnyIssuer: false)
            authentication.destination = target.destination
            let report = authentication.report(Ask(headers: [("authorization", "Bearer x")]))
            #expect((report.reason == .tokenMalformed) == reaches, "the rule at \(target)")
        }
    }

    @Test("PA 29: selectors can be switched off at Gateway API gateways")
    func selectorsOff() throws {
        var mesh = MeshSettings.test
        mesh.selectorBasedGatewayPolicy = false
        let policy = Scene.policy("{action: DENY, rules: [{}]}", namespace: "shop")
        for (target, denies) in [(Target.gateway, false), (.classicGateway, true), (.sidecar, true)] {
            var scene = try Scene(policy, mesh: mesh)
            scene.destination = target.destination
            #expect(scene.allows(Ask()) != denies, "\(target)")
        }
    }

    @Test("PA 40: the rules of all RequestAuthentications that reach a workload apply")
    func union() throws {
        let resources = ["shop", "istio-system"].map { namespace in
            """
            ---
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: t, namespace: \(namespace)}
            spec: {jwtRules: [{issuer: of-\(namespace), jwksUri: 'https://i.example/'}]}

            """
        }
        var scene = try Scene(resources.joined(), trustsAnyIssuer: false)
        scene.destination = Target.sidecar.destination
        for (issuer, isAllowed) in [("of-shop", true), ("of-istio-system", true), ("of-nobody", false)] {
            #expect(scene.allows(Ask(claims: #"{"iss": "\#(issuer)"}"#)) == isAllowed)
        }
    }

    @Test("PA 41: a request is allowed by a policy of either namespace")
    func eitherNamespace() throws {
        let policies = [("shop", "/a"), ("istio-system", "/b")].map { namespace, path in
            Scene.policy("{rules: [{to: [{operation: {paths: [\(path)]}}]}]}", namespace: namespace)
        }
        var scene = try Scene(policies.joined())
        scene.destination = Target.sidecar.destination
        #expect(scene.allows(Ask(path: "/a")) && scene.allows(Ask(path: "/b")) && !scene.allows(Ask(path: "/c")))
    }
}
