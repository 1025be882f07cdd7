import AuthzCore
import AuthzEngine

/// The buffers of one event loop of the check listener.
package struct CheckLoopState {
    var workspace = Workspace()
    /// The request that a document describes.
    var document = CheckRequest()
    var writer = JSONWriter()
    let meter: CheckMeter
    /// The last workload that a target named, in the policy set that knew it.
    private var lastName: [UInt8] = []
    private var lastWorkload: Workload?
    private var lastPolicySet: PolicySet?

    /// How often a token was found among those that were verified before.
    package var rememberedTokens: Int { workspace.tokenCacheHits }

    init(meter: CheckMeter) {
        self.meter = meter
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
