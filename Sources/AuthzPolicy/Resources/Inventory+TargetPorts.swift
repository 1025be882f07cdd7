extension Inventory {
    /// Writes numbers for the target ports of Services that are names, where all workloads that a Service selects are known to have one
    /// and the same port of the name. Elsewhere the name stays: it may be any port. O(workloads of the namespace) for each Service that
    /// has such a name.
    mutating func resolveTargetPorts() {
        let workloads = Dictionary(grouping: workloads, by: \.namespace)
        for index in services.indices {
            let service = services[index]
            guard service.ports.contains(where: { UInt16($0.targetPort) == nil }) else { continue }
            let selected = (workloads[service.namespace] ?? []).filter { service.selects($0.labels) }
            for place in service.ports.indices where UInt16(service.ports[place].targetPort) == nil {
                let numbers = Set(selected.map { $0.portsByName[service.ports[place].targetPort] })
                if numbers.count == 1, case .some(.some(let number)) = numbers.first {
                    services[index].ports[place].targetPort = String(number)
                }
            }
        }
    }
}
