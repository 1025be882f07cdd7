import AuthzCore
import AuthzEngine
import AuthzPolicy
import Testing

@testable import authz

/// Gateways, by the name that decisions and logs have of them.
@Suite struct LoggedGatewayTests {
    @Test(
        "a Gateway is told by its name where nothing else is known of it, and its log line is about the same",
        arguments: [
            ("{namespace: ingress, gateway: public}", "Gateway ingress/public", true),
            (
                "{namespace: ingress, gateway: public, gatewayClass: mine}",
                "ingress/{gateway.networking.k8s.io/gateway-class-name=mine,gateway.networking.k8s.io/gateway-name=public}",
                false
            ),
            (
                "{namespace: ingress, labels: {gateway.networking.k8s.io/gateway-name: public, app: edge}}",
                "ingress/{app=edge,gateway.networking.k8s.io/gateway-name=public}", false
            ),
            ("{namespace: ingress}", "ingress", false),
        ])
    func names(_ destination: String, _ name: String, _ isGateway: Bool) throws {
        let scratch = try Scratch(["p.yaml": "{apiVersion: v1, kind: Namespace, metadata: {name: ingress}}"])
        let run = try LintRun(path: scratch("p.yaml"))
        let report = try run.decide("{destination: \(destination), request: {path: /}}")
        #expect(report.workload == name)
        let line =
            #"{"time":1,"level":"info","message":"decision","outcome":"allow","reason":"no-policy-applies","workload":"\#(name)"}"#
        let log = RecordedLog(Array(line.utf8))
        let logged = try #require(log.decisions.first).document.destination
        #expect(logged.namespace == "ingress")
        #expect(logged.gateway == (isGateway ? "public" : nil))
        #expect((logged.labels == nil) == isGateway)
    }

    @Test("a waypoint is told by its name, and its log line is about the same")
    func waypoints() throws {
        let scratch = try Scratch(["p.yaml": "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"])
        let run = try LintRun(path: scratch("p.yaml"))
        let report = try run.decide(
            "{destination: {namespace: shop, waypoint: way, service: cart}, request: {path: /}}")
        #expect(report.workload == "waypoint shop/way")
        let line =
            #"{"time":1,"level":"info","message":"decision","outcome":"allow","reason":"no-policy-applies","workload":"waypoint shop/way"}"#
        let logged = try #require(RecordedLog(Array(line.utf8)).decisions.first).document
        #expect(
            run.policies.decisionPoint.policySet.workload(for: logged.destination)?.displayName == "waypoint shop/way")
    }
}
