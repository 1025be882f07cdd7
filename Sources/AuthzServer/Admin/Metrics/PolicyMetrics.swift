import AuthzEngine

/// The policies in force.
package struct PolicyMetrics: MetricsSource {
    private let store: SnapshotStore

    package init(store: SnapshotStore) {
        self.store = store
    }

    package func write(to writer: inout MetricsWriter) {
        writer.family("authz_policies_loaded", .gauge, help: "Policies in force, by kind.")
        for (kind, count) in store.current.point.policySet.policyCounts {
            writer.sample(count, [("kind", kind.rawValue)])
        }
    }
}
