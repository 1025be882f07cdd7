import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Policy sets of one shape and any size: each rule asks for a principal, a method and the beginning of a path.
enum RuleSets {
    /// ALLOW policies of one rule each in namespace `production`.
    static func policies(_ count: Int) -> String {
        (0..<count).map { index in
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p\(index), namespace: production}
            spec:
              rules:
              - from: [{source: {principals: [cluster.local/ns/production/sa/client-\(index)]}}]
                to: [{operation: {methods: [GET], paths: ["/api/v1/resource-\(index)/*"]}}]
            """
        }.joined(separator: "\n---\n")
    }

    static func decisionPoint(_ text: String) throws(InputError) -> DecisionPoint {
        let documents = try PolicyLoader.load(text: text, file: "benchmark.yaml").documents
        return DecisionPoint(policySet: try PolicySet.compile(documents).policySet)
    }

    static func workload(_ point: DecisionPoint) -> Workload? {
        var destination = RequestDocument.Destination()
        destination.namespace = "production"
        destination.labels = ["app": "api"]
        return point.policySet.workload(for: destination)
    }
}
