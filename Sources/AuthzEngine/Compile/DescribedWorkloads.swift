/// The workloads that requests spelled out last.
///
/// Two halves: a full one becomes the old one, and what is asked for again moves out of that. So whoever spells out many that nobody
/// asks for again does not displace those that are asked for all the time.
struct DescribedWorkloads {
    private static let maximumHalf = 512
    /// A longer description is built each time, so that nobody fills the memory with them.
    private static let maximumTextBytes = 4096

    private var recent: [WorkloadDescription: Workload] = [:]
    private var old: [WorkloadDescription: Workload] = [:]

    /// How many are remembered.
    var count: Int { recent.count + old.count }

    mutating func recall(_ description: WorkloadDescription) -> Workload? {
        if let workload = recent[description] { return workload }
        guard let workload = old.removeValue(forKey: description) else { return nil }
        remember(workload, as: description)
        return workload
    }

    mutating func remember(_ workload: Workload, as description: WorkloadDescription) {
        guard description.textBytes <= Self.maximumTextBytes else { return }
        if recent.count >= Self.maximumHalf {
            old = recent
            recent.removeAll(keepingCapacity: true)
        }
        recent[description] = workload
    }
}
