package import AuthzCore
package import AuthzEngine

/// What is in force at one moment. A class, so that a request takes it with one retain.
package final class ServedSnapshot: Sendable {
    package let point: DecisionPoint
    /// The workload of requests that name none; `nil` where there is none, and then they are denied.
    package let defaultWorkload: Workload?
    /// The keys that tokens asked for in vain, by the key sources of this policy set.
    package let demand: KeyDemand
    /// By the key sources of this policy set.
    package let keySourceNames: [KeySourceName?]
    /// What is counted of these policies.
    let counters: PolicyCounters

    /// A snapshot of policies that have just been loaded.
    package init(point: DecisionPoint, defaultWorkload: Workload?) {
        self.point = point
        self.defaultWorkload = defaultWorkload
        demand = KeyDemand(count: point.policySet.keySources.count)
        keySourceNames = KeySourceName.all(of: point)
        counters = PolicyCounters(for: point.policySet)
    }

    /// The same policies with other keys.
    init(_ snapshot: ServedSnapshot, point: DecisionPoint) {
        self.point = point
        defaultWorkload = snapshot.defaultWorkload
        demand = snapshot.demand
        keySourceNames = snapshot.keySourceNames
        counters = snapshot.counters
    }

    /// New policies under the next generation. Sources that are the same as before keep their keys, the very objects, and what was
    /// wanted of them: so verified tokens stay remembered, and no source is without keys while it is the old one.
    init(_ snapshot: ServedSnapshot, after previous: ServedSnapshot) {
        var places: [KeySourceName: Int] = [:]
        for (index, name) in previous.keySourceNames.enumerated() {
            if let name { places[name] = index }
        }
        let before = snapshot.keySourceNames.map { name in name.flatMap { places[$0] } }
        let point = snapshot.point
        var keySets = point.keySets
        for (index, place) in before.enumerated() {
            guard let place, let held = previous.point.keySets[place] else { continue }
            // Those of a file, too: whoever watches it brings newer ones, and may have done so since these were read.
            keySets[index] = held
        }
        self.point = DecisionPoint(
            policySet: point.policySet, keySets: keySets, options: point.options,
            generation: previous.point.generation + 1)
        defaultWorkload = snapshot.defaultWorkload
        demand = KeyDemand(sharing: before.map { place in place.map { (previous.demand, $0) } })
        keySourceNames = snapshot.keySourceNames
        counters = PolicyCounters(for: point.policySet, after: previous.counters)
    }

    /// Decides, and notes the keys that were missing, which nobody waits for.
    package func decide(
        _ request: inout CheckRequest, for workload: Workload?, now: Int64, in workspace: inout Workspace
    ) -> Decision {
        var trace: Trace?
        let decision = point.decide(&request, for: workload, now: now, in: &workspace, trace: &trace)
        if !workspace.sourcesWithoutKey.isEmpty {
            for source in workspace.sourcesWithoutKey { demand.note(source) }
        }
        return decision
    }
}
