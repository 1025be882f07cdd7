import AuthzCore
import Testing

@testable import AuthzPolicy

/// Where a DENY rule of HTTP fields is warned of for what it does to TCP: not where Services say that there is none.
@Suite struct DeniedTCPTests {
    struct Row: Sendable, CustomTestStringConvertible {
        /// Of a container; empty for none that are written.
        var containerPorts: String
        /// Of the Service; empty for none.
        var ports: String
        var selector = "app: api"
        var isWarned: Bool
        var why: String
        var testDescription: String { why }
    }

    private static func warnings(_ row: Row, namespace: String = "shop", more: String = "") throws -> [DiagnosticCode] {
        let service =
            row.ports.isEmpty
            ? ""
            : "---\n{apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop}, spec: {selector: {app: api}, ports: [\(row.ports)]}}\n"
        let text = """
            {apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop, labels: {app: api}}, spec: {containers: [{ports: [\(row.containerPorts)]}]}}
            \(service)---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: a, namespace: \(namespace)}
            spec: {selector: {matchLabels: {\(row.selector)}}, action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]}
            \(more)
            """
        return try PolicyLoader.load(text: text, file: "p.yaml").warnings.map(\.code)
    }

    private static let http = "{name: http, port: 80, targetPort: 8080}"

    @Test(
        "the warning is for ports that may be of TCP",
        arguments: [
            Row(containerPorts: "{containerPort: 8080}", ports: http, isWarned: false, why: "a port named http"),
            Row(containerPorts: "", ports: http, isWarned: false, why: "no container says what ports it has"),
            Row(
                containerPorts: "{name: web, containerPort: 8080}",
                ports: "{name: http-web, port: 80, targetPort: web}",
                isWarned: false, why: "a name that begins with http, and a target by name"),
            Row(
                containerPorts: "{containerPort: 8080}",
                ports: "{name: main, appProtocol: grpc, port: 80, targetPort: 8080}", isWarned: false,
                why: "an appProtocol"),
            Row(
                containerPorts: "{containerPort: 8080}", ports: "{port: 80, targetPort: 8080}", isWarned: true,
                why: "a port without a name, where the first bytes tell"),
            Row(
                containerPorts: "{containerPort: 8080}", ports: "{name: web, port: 80, targetPort: 8080}",
                isWarned: true, why: "a name that says nothing"),
            Row(
                containerPorts: "{containerPort: 8080}", ports: "\(http), {name: tcp-db, port: 5432}", isWarned: true,
                why: "a port of TCP beside it"),
            Row(
                containerPorts: "{containerPort: 8080}, {containerPort: 9000}", ports: http, isWarned: true,
                why: "a port without a Service beside it"),
            Row(containerPorts: "{containerPort: 8080}", ports: "", isWarned: true, why: "no Service"),
            Row(
                containerPorts: "{containerPort: 8080}", ports: http, selector: "app: other", isWarned: true,
                why: "a policy of no workload"),
        ])
    func warning(_ row: Row) throws {
        #expect(try Self.warnings(row) == (row.isWarned ? [.deniesAllTCP] : []))
    }

    @Test("a policy of the root namespace is for the workloads of all")
    func root() throws {
        let row = Row(containerPorts: "{containerPort: 8080}", ports: Self.http, isWarned: false, why: "")
        #expect(try Self.warnings(row, namespace: "istio-system") == [])
        let other =
            "---\n{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: data, labels: {app: api}}, spec: {}}\n"
        #expect(try Self.warnings(row, namespace: "istio-system", more: other) == [.deniesAllTCP])
        #expect(try Self.warnings(row, more: other) == [])
    }
}
