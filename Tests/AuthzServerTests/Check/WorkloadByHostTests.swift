import AuthzServer
import Testing

@Suite struct WorkloadByHostTests {
    /// `prod/api`, and beside it `prod/web`, whose policies let nobody in; each with a Service, and one for both.
    private static let inventory = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: prod, labels: {app: web}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: api, namespace: prod}
        spec: {selector: {app: api}, ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: prod}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: nothing, namespace: prod}
        spec: {selector: {app: nothing}, ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: bare, namespace: prod}
        spec: {ports: [{port: 80}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: first, namespace: several, labels: {app: both}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: second, namespace: several, labels: {app: both}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: both, namespace: several}
        spec: {selector: {app: both}, ports: [{port: 80}]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: nobody, namespace: prod}
        spec: {selector: {matchLabels: {app: web}}}
        ---

        """

    struct Case: Sendable, CustomTestStringConvertible {
        var host: String, status: Int, why: String
        var testDescription: String { "`\(host)`: \(why)" }
    }

    private static let cases = [
        Case(host: "api.prod", status: 200, why: "Service and namespace"),
        Case(host: "web.prod", status: 403, why: "another Service's workload has its own policies"),
        Case(host: "api.prod.svc", status: 200, why: "with svc"),
        Case(host: "api.prod.svc.cluster.local", status: 200, why: "in full"),
        Case(host: "API.Prod.svc.cluster.local.:8080", status: 200, why: "case, a last dot and a port do not count"),
        Case(host: "api", status: 403, why: "no namespace"),
        Case(host: "api.other", status: 403, why: "another namespace"),
        Case(host: "api.prod.example.com", status: 403, why: "another domain"),
        Case(host: "x.api.prod", status: 403, why: "a Pod of it"),
        Case(host: "nothing.prod", status: 403, why: "a Service without workloads"),
        Case(host: "bare.prod", status: 403, why: "a Service without a selector"),
        Case(host: "both.several", status: 403, why: "whose policies, of two workloads?"),
        Case(host: "api..prod", status: 403, why: "an empty label"),
        Case(host: "", status: 403, why: "no host"),
    ]

    private static func fixture(findsByHost: Bool, defaultWorkload: String? = nil) throws -> CheckFixture {
        var settings = CheckSettings()
        settings.forwardAuth = [.traefik]
        settings.findsWorkloadByHost = findsByHost
        return try CheckFixture(inventory, defaultWorkload: defaultWorkload, settings: settings)
    }

    @Test("the host chooses a workload by the inventory's Services", arguments: cases)
    func byHost(_ c: Case) throws {
        let reply = try Self.fixture(findsByHost: true).ask(
            "GET", "/forward-auth/traefik", headers: Told(host: c.host).headers(.traefik), isTrusted: true)
        #expect(reply.status == c.status)
    }

    @Test("but only where that was asked for", arguments: cases)
    func notByHost(_ c: Case) throws {
        let reply = try Self.fixture(findsByHost: false).ask(
            "GET", "/forward-auth/traefik", headers: Told(host: c.host).headers(.traefik), isTrusted: true)
        #expect(reply.status == 403)
    }

    @Test("a named workload goes before the host, and the host before the listener's")
    func order() throws {
        let ask = { (target: String, host: String) in
            try Self.fixture(findsByHost: true, defaultWorkload: "prod/api").ask(
                "GET", target, headers: Told(host: host).headers(.traefik), isTrusted: true
            ).status
        }
        #expect(try ask("/workload/prod/web/forward-auth/traefik", "api.prod") == 403)
        #expect(try ask("/workload/prod/api/forward-auth/traefik", "web.prod") == 200)
        #expect(try ask("/forward-auth/traefik", "web.prod") == 403)
        #expect(try ask("/forward-auth/traefik", "unknown.example") == 200)
    }
}
