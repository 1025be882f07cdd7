import AuthzEngine
import AuthzPolicy
import AuthzTestSupport
import Testing

/// Selection that needs an inventory or a switch (selection dossier 2.3, assertions 29, 37, 39).
@Suite struct AttachmentByInventoryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var ref: String
        var namespace = "shop"
        var service: String
        /// Beside the policy.
        var resource: String
        var isDenied: Bool
        var why: String

        var testDescription: String { why }
    }

    private static func entry(_ name: String) -> String {
        """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: \(name), namespace: shop}
        spec: {hosts: [api.example.com]}
        """
    }

    private static let service = """
        apiVersion: v1
        kind: Service
        metadata: {name: api, namespace: shop}
        spec: {ports: [{port: 80}]}
        """
    private static let entryRef = "{group: networking.istio.io, kind: ServiceEntry, name: api}"
    private static let serviceRef = "{kind: Service, name: api}"

    @Test(
        "a targetRef names a Service or a ServiceEntry, of the policy's own namespace",
        arguments: [
            Case(
                ref: entryRef, service: "api.shop", resource: entry("api"), isDenied: true,
                why: "an entry by its resource's name"),
            Case(
                ref: serviceRef, service: "api.shop", resource: entry("api"), isDenied: false,
                why: "37: a Service reference does not reach an entry"),
            Case(
                ref: serviceRef, service: "api.shop", resource: service, isDenied: true, why: "but a Service"),
            Case(
                ref: entryRef, service: "api.shop", resource: service, isDenied: false,
                why: "an entry reference does not reach a Service"),
            Case(
                ref: entryRef, namespace: "infra", service: "api.shop", resource: entry("api"), isDenied: false,
                why: "35: of another namespace"),
            Case(
                ref: serviceRef, service: "api.shop.svc.cluster.local", resource: service, isDenied: true,
                why: "the whole host of a Service"),
            Case(
                ref: serviceRef, service: "api", resource: service, isDenied: false,
                why: "without a namespace it is one of the waypoint's, here infra"),
            Case(
                ref: "{group: networking.istio.io, kind: ServiceEntry, name: api.example.com}",
                service: "api.example.com.shop", resource: entry("api.example.com"), isDenied: true,
                why: "an entry whose name has dots"),
            Case(
                ref: "{group: networking.istio.io, kind: ServiceEntry, name: api}",
                service: "api.example.com.shop", resource: entry("api.example.com"), isDenied: false,
                why: "is not the one of its first part"),
        ])
    func services(_ c: Case) throws {
        let policies = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: \(c.namespace)}
            spec: {targetRefs: [\(c.ref)], action: DENY, rules: [{}]}
            ---
            \(c.resource)
            """
        let request = """
            source: {principal: cluster.local/ns/a/sa/b}
            destination: {namespace: infra, waypoint: w, service: \(c.service), port: 80}
            request: {path: /}
            """
        #expect(
            try WrittenDecision(policies, request).summary
                == (c.isDenied ? "deny 403 denied-by-policy" : "allow 200"))
    }

    @Test("29: selector policies at Gateway API gateways can be switched off", arguments: [true, false])
    func selectorsAtGateways(_ isOn: Bool) throws {
        var mesh = MeshSettings()
        mesh.selectorBasedGatewayPolicy = isOn
        let policies = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: n}
            spec: {action: DENY, rules: [{}]}
            """
        let decide = { (destination: String) in
            try WrittenDecision(
                policies, "{destination: {namespace: n, \(destination)}, request: {path: /}}", mesh: mesh)
        }
        let gateway = try decide("gateway: g")
        #expect(gateway.summary == (isOn ? "deny 403 denied-by-policy" : "allow 200"))
        #expect(
            gateway.trace.unattached.map(\.why)
                == (isOn ? [] : ["policies without targetRefs are switched off at gateways"]))
        // The classic gateway has no such label.
        #expect(try decide("labels: {istio: ingressgateway}").summary == "deny 403 denied-by-policy")
        #expect(try decide("labels: {app: x}").summary == "deny 403 denied-by-policy")
    }
}
