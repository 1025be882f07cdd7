import AuthzPolicy

/// The ports of the Services in front of the inventory's workloads that the workloads themselves do not have: a policy at a
/// workload never sees them, as the Service leads elsewhere.
struct ServicePorts: Sendable {
    /// By `namespace/name` of the workload, then by port of the Service.
    private let targets: [String: [UInt16: UInt16]]
    /// The ports at which a workload is known to listen, by its `namespace/name`.
    private let known: [String: Set<UInt16>]

    init(_ inventory: Inventory) {
        let services = Dictionary(grouping: inventory.services, by: \.namespace)
        var targets: [String: [UInt16: UInt16]] = [:]
        var known: [String: Set<UInt16>] = [:]
        for workload in inventory.workloads {
            let own = (services[workload.namespace] ?? []).filter { $0.selects(workload.labels) }
            let name = "\(workload.namespace)/\(workload.name)"
            if !own.contains(where: \.isHeadless) {
                let ports = workload.containerPorts + own.flatMap(\.ports).compactMap { UInt16($0.targetPort) }
                known[name, default: []].formUnion(ports)
            }
            // A headless Service leads to whatever port a client asks for.
            guard !own.isEmpty, !own.contains(where: \.isHeadless) else { continue }
            let entries = own.flatMap(\.ports)
            // Where a target is told by its name, a container may have any of the ports.
            guard entries.allSatisfy({ UInt16($0.targetPort) != nil }) else { continue }
            let real = Set(entries.compactMap { UInt16($0.targetPort) } + workload.containerPorts)
            var found: [UInt16: UInt16] = [:]
            for entry in entries where !real.contains(entry.port) && found[entry.port] == nil {
                found[entry.port] = UInt16(entry.targetPort)
            }
            if !found.isEmpty, targets[name] == nil { targets[name] = found }
        }
        self.targets = targets
        self.known = known
    }

    /// Whether nothing is known to listen at a port of a workload, whose ports are told by the inventory.
    func isMissing(_ port: UInt16, at workload: WorkloadDescription) -> Bool {
        guard workload.role == .sidecar, let name = workload.name,
            let ports = known["\(workload.namespace)/\(name)"], !ports.isEmpty
        else { return false }
        return !ports.contains(port)
    }

    /// The ports at which a workload is reached instead, by port of a Service in front of it.
    func targets(of workload: WorkloadDescription) -> [UInt16: UInt16] {
        guard workload.role == .sidecar, let name = workload.name else { return [:] }
        return targets["\(workload.namespace)/\(name)"] ?? [:]
    }
}
