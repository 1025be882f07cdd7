import AuthzCore
import AuthzEngine
import AuthzServer
import Foundation

/// Loads what a server decides by: at start, and again when files change.
struct ServedPolicies: Sendable {
    let settings: ServeSettings

    /// The files and folders that are watched. An empty list of paths is standard input alone, which is read only once.
    var inputs: ReloadInputs {
        ReloadInputs(
            policies: settings.policies.paths + (settings.policies.meshConfigPath.map { [$0] } ?? []),
            keys: settings.policies.keyFiles.map(\.path))
    }

    /// Loads when a server starts. Blocks, also while the files change.
    ///
    /// - Returns: What was loaded, and what the files looked like then: what changes from there on is noticed.
    func loadAtRest() throws(InputError) -> (
        value: (load: PolicyLoad, policies: OfflinePolicies), stamp: ReloadInputs.Stamp
    ) {
        try inputs.readAtRest(rest: { Thread.sleep(forTimeInterval: 0.2) }, { () throws(InputError) in try load() })
    }

    /// Reads and compiles everything, with the workload of requests that name none.
    ///
    /// - Parameter previous: The policy set in force, if there is one.
    /// - Throws: Everything that is wrong; a default workload that the inventory lacks is wrong, too.
    func load(after previous: PolicySet? = nil) throws(InputError) -> (load: PolicyLoad, policies: OfflinePolicies) {
        let policies = try OfflinePolicies.load(settings.policies, after: previous)
        let point = policies.decisionPoint
        let workload = try defaultWorkload(in: point.policySet)
        let snapshot = ServedSnapshot(point: point, defaultWorkload: workload)
        return (PolicyLoad(snapshot: snapshot, warnings: policies.warnings), policies)
    }

    private func defaultWorkload(in policySet: PolicySet) throws(InputError) -> Workload? {
        guard let name = settings.defaultWorkload else { return nil }
        if let workload = policySet.workload(named: name.value) { return workload }
        let nearest = NameSuggestion.nearest(to: name.value, among: policySet.workloadNames)
        throw InputError([
            Diagnostic(
                .error, .unknownWorkload, at: name.location,
                "the workload \(name.value.quoted) is not in the inventory",
                hint: nearest.map { "did you mean `\($0)`?" })
        ])
    }
}
