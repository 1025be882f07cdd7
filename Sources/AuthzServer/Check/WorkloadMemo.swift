import AuthzCore
import AuthzEngine

/// Remembers which workloads the bytes of checks meant, so that only a first one costs a look-up by text. A proxy asks for few.
struct WorkloadMemo {
    private struct Slot {
        var key: WorkloadKey
        var workload: Workload?
    }

    struct Memory {
        var workload: Workload?
    }

    private static let slotCount = 64
    /// A longer key is not remembered, so that nobody fills the memory with them.
    private static let maximumKeyBytes = 4096

    private var slots = [Slot?](repeating: nil, count: slotCount)
    private var policySet: PolicySet?
    /// What was asked for last: one proxy asks for one workload most of the time, and comparing is cheaper than looking up.
    private var lastKey = WorkloadKey()
    private var lastWorkload: Workload?

    /// What a key meant the last time; `nil` where that is not remembered.
    mutating func recall(_ key: WorkloadKey, in policySet: PolicySet) -> Memory? {
        if policySet !== self.policySet {
            for index in slots.indices { slots[index] = nil }
            lastKey = WorkloadKey()
            lastWorkload = nil
            self.policySet = policySet
        }
        // INVARIANT: no question has an empty key.
        if lastKey == key { return Memory(workload: lastWorkload) }
        guard key.bytes.count <= Self.maximumKeyBytes, let slot = slots[Self.place(of: key.bytes.span)], slot.key == key
        else { return nil }
        lastKey = slot.key
        lastWorkload = slot.workload
        return Memory(workload: slot.workload)
    }

    /// Remembers what a key means in the policy set that was last asked about; one that means nothing, too.
    mutating func remember(_ workload: Workload?, _ key: WorkloadKey) {
        guard key.bytes.count <= Self.maximumKeyBytes else { return }
        slots[Self.place(of: key.bytes.span)] = Slot(key: key, workload: workload)
        lastKey = key
        lastWorkload = workload
    }

    private static func place(of key: Span<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in key.indices { hash = (hash ^ UInt64(key[index])) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) % UInt64(slotCount))
    }
}
