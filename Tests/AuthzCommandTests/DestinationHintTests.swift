import AuthzCore
import AuthzPolicy
import Testing

@testable import authz

/// Destinations that name something else than a workload.
@Suite struct DestinationHintTests {
    private static let inventory = """
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: api, namespace: b}, spec: {template: {metadata: {labels: {app: api}}, spec: {serviceAccountName: runner}}}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: front, namespace: b}, spec: {selector: {app: api}, ports: [{port: 80}]}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: outside, namespace: b}, spec: {ports: [{port: 80}]}}
        ---
        {apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: public, namespace: ingress}, spec: {gatewayClassName: istio}}
        """

    private static func hint(_ destination: String) throws -> DestinationHint {
        let inventory = try PolicyLoader.load(text: inventory, file: "p.yaml").documents.inventory
        let text = "{destination: \(destination), request: {path: /}}"
        let document = try RequestDocumentDecoder.decode(Array(text.utf8), file: "r.yaml", from: .offline)
        return DestinationHint(document.destination, inventory)
    }

    private static let account =
        "nothing but `serviceAccount` tells which workload it is for: one without labels, which no selector fits"

    @Test(
        "a destination without labels is told by its Service or account which workload is meant",
        arguments: [
            (
                "{namespace: b, service: front}",
                "nothing but `service`, which is of requests at a waypoint, tells which workload it is for: one without labels, which no selector fits"
            ),
            ("{namespace: b, serviceAccount: runner}", account),
        ])
    func unlabeled(_ destination: String, _ message: String) throws {
        let found = try #require(Self.hint(destination).withoutLabels)
        #expect(found.message == message)
        #expect(found.hint == "write `workload: b/api`")
    }

    @Test(
        "nothing is told where the labels may be left out, or nobody knows whose they are",
        arguments: [
            "{namespace: b}", "{namespace: b, labels: {app: api}, serviceAccount: runner}", "{workload: b/api}",
            "{namespace: b, service: outside}", "{namespace: c, service: front}",
            "{namespace: b, waypoint: w, service: front}", "{namespace: b, serviceAccount: other}",
        ])
    func labeled(_ destination: String) throws { #expect(try Self.hint(destination).withoutLabels == nil) }

    @Test(
        "a destination without a namespace is told what it names",
        arguments: [
            ("{gateway: ingress/public}", "write `destination: {namespace: ingress, gateway: public}`"),
            ("{gateway: public}", "write `destination: {namespace: ingress, gateway: public}`"),
            ("{service: front}", "the Service `b/front` selects b/api: write `workload: b/api`"),
            ("{service: front.b}", "the Service `b/front` selects b/api: write `workload: b/api`"),
            ("{service: front.c}", nil), ("{gateway: private}", nil), ("{port: 80}", nil),
        ] as [(String, String?)])
    func unnamed(_ destination: String, _ hint: String?) throws {
        #expect(try Self.hint(destination).withoutNamespace == hint)
    }

    @Test("a case for a workload without labels that a Service or account names is an error")
    func suite() throws {
        let run = try SuiteRunnerTests.run(
            [
                "policies.yaml": Self.inventory,
                "a_test.yaml":
                    "tests: [{name: a, destination: {namespace: b, service: front}, request: {path: /}, expect: allow}]",
            ], ["a_test.yaml"], format: .text)
        #expect(run.status != 0)
        #expect((run.messages + run.answer).contains("write `workload: b/api`"))
    }
}
