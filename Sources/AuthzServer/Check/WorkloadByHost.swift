import AuthzCore
import AuthzEngine

/// Finds workloads by the host of a request, and remembers the last one: mostly the same is asked for again.
struct WorkloadByHost {
    private var lastHost: [UInt8] = []
    private var lastWorkload: Workload?
    private var lastPolicySet: PolicySet?

    mutating func find(_ host: ByteSlice, of request: borrowing CheckRequest, in policySet: PolicySet) -> Workload? {
        if policySet === lastPolicySet, request.storage[host.range].elementsEqual(lastHost) { return lastWorkload }
        lastHost.removeAll(keepingCapacity: true)
        lastHost.append(contentsOf: request.storage[host.range])
        lastPolicySet = policySet
        lastWorkload = policySet.workload(forHost: request.text(host))
        return lastWorkload
    }
}
