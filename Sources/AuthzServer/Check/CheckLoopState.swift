import AuthzCore
import AuthzEngine

/// The buffers of one event loop of the check listener.
package struct CheckLoopState {
    var workspace = Workspace()
    /// The request that a document describes.
    var document = CheckRequest()
    var writer = JSONWriter()
    /// The last host that a workload was looked for by.
    private var hosts = WorkloadByHost()
    /// The last workload that a target named, in the policy set that knew it.
    private var lastName: [UInt8] = []
    private var lastWorkload: Workload?
    private var lastPolicySet: PolicySet?

    init() {}

    /// The workload that a request is for: the one that the target names; else, where the settings say so, the one that the host
    /// chooses; else that of the listener.
    mutating func workload(
        of request: borrowing CheckRequest, named name: ByteSlice?, settings: CheckSettings,
        in snapshot: borrowing ServedSnapshot
    ) -> Workload? {
        let policySet = snapshot.point.policySet
        if let name { return workload(named: name, of: request, in: policySet) }
        guard settings.findsWorkloadByHost else { return snapshot.defaultWorkload }
        return hosts.find(request.operation.host, of: request, in: policySet) ?? snapshot.defaultWorkload
    }

    /// The workload of the inventory with this name. That of the last request is remembered: a proxy mostly asks for one.
    mutating func workload(named name: ByteSlice, of request: borrowing CheckRequest, in policySet: PolicySet)
        -> Workload?
    {
        if policySet === lastPolicySet, request.storage[name.range].elementsEqual(lastName) { return lastWorkload }
        lastName.removeAll(keepingCapacity: true)
        lastName.append(contentsOf: request.storage[name.range])
        lastPolicySet = policySet
        lastWorkload = policySet.workload(named: request.text(name))
        return lastWorkload
    }
}
