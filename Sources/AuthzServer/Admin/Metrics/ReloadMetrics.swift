import AuthzEngine

/// The loads of policies since the start, and which policies are in force.
package struct ReloadMetrics: MetricsSource {
    private let store: SnapshotStore
    private let board: ReloadBoard

    package init(store: SnapshotStore, board: ReloadBoard) {
        self.store = store
        self.board = board
    }

    package func write(to writer: inout MetricsWriter) {
        let status = board.current
        let point = store.current.point
        writer.family(
            "authz_policy_reload_total", .counter,
            help: "Loads of policies since the start; where one failed, the policies before stayed in force.")
        writer.sample(status.successes, [("result", "success")])
        writer.sample(status.failures, [("result", "failure")])
        writer.family(
            "authz_policy_reload_failed", .gauge, help: "1 while the policies on disk are not those in force.")
        writer.sample(status.problem == nil ? 0 : 1)
        writer.family("authz_policy_revision_info", .gauge, help: "Always 1; the label is the policy set in force.")
        writer.sample(1, [("revision", point.policySet.digest)])
        writer.family(
            "authz_policy_generation", .gauge, help: "The number of the snapshot in force; new keys count as well.")
        writer.sample(point.generation)
    }
}
