package import AuthzCore
package import AuthzEngine

/// What is in force at one moment. A class, so that a request takes it with one retain.
package final class ServedSnapshot: Sendable {
    package let point: DecisionPoint
    /// The workload of requests that name none; `nil` where there is none, and then they are denied.
    package let defaultWorkload: Workload?
    /// The keys that tokens asked for in vain, by the key sources of this policy set.
    package let demand: KeyDemand

    /// - Parameter demand: That of the snapshot before, where the policy set is the same; `nil` makes one.
    package init(point: DecisionPoint, defaultWorkload: Workload?, demand: KeyDemand? = nil) {
        self.point = point
        self.defaultWorkload = defaultWorkload
        self.demand = demand ?? KeyDemand(count: point.policySet.keySources.count)
    }

    /// Decides, and notes the keys that were missing, which nobody waits for.
    package func decide(
        _ request: inout CheckRequest, for workload: Workload?, now: Int64, in workspace: inout Workspace
    ) -> Decision {
        var trace: Trace?
        let decision = point.decide(&request, for: workload, now: now, in: &workspace, trace: &trace)
        for source in workspace.sourcesWithoutKey { demand.note(source) }
        return decision
    }
}
