import AuthzPolicy

/// The workloads of the inventory as callers of one of them: who is there reads better than who is made up.
enum KnownPeers {
    /// How many are looked at.
    private static let maximum = 100

    /// Their identities, those of the workload's namespace first and its own last.
    static func identities(for workload: Workload, in policySet: PolicySet) -> [String] {
        let own = workload.description
        let peers = policySet.workloadNames.prefix(maximum).compactMap { policySet.workload(named: $0)?.description }
        let near = peers.filter { $0.namespace == own.namespace && $0.serviceAccount != own.serviceAccount }
        let far = peers.filter { $0.namespace != own.namespace }
        let same = peers.filter { $0.namespace == own.namespace && $0.serviceAccount == own.serviceAccount }
        return (near + far + same).compactMap { peer in
            peer.serviceAccount.map { "spiffe://\(policySet.mesh.trustDomain)/ns/\(peer.namespace)/sa/\($0)" }
        }.uniqued()
    }
}
