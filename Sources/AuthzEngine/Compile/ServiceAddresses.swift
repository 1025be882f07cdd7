import AuthzCore
import AuthzPolicy

/// Which workload stands behind the cluster addresses of Services.
struct ServiceAddresses {
    /// Only addresses behind which there is exactly one.
    let byAddress: [IPAddress: Workload]

    /// O(Services × workloads of their namespaces), once.
    init(_ services: [Inventory.Service], workloads: [Workload]) {
        let byNamespace = Dictionary(grouping: workloads) { $0.description.namespace }
        var found: [IPAddress: [Workload]] = [:]
        for service in services {
            let selected = (byNamespace[service.namespace] ?? []).filter { service.selects($0.description.labels) }
            for text in service.clusterIPs {
                guard let address = IPAddress(parsing: text.utf8.span) else { continue }
                found[address, default: []] += selected
            }
        }
        byAddress = found.compactMapValues { $0.count == 1 ? $0[0] : nil }
    }
}
