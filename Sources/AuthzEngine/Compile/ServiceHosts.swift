import AuthzPolicy

/// The workloads behind the Services of an inventory, by Service.
struct ServiceHosts: Sendable {
    /// The one workload that a Service selects. A Service that selects several, or none, is not here: it does not say whose
    /// policies apply.
    private let workloads: [ServiceName: Workload]
    /// What may stand behind `name.namespace`, label by label.
    private let suffixes: Set<[String]>

    /// - Parameter named: The workloads of the inventory by `namespace/name`.
    init(_ inventory: Inventory, named: [String: Workload], mesh: MeshSettings) {
        suffixes = [
            [], ["svc"], ["svc", "cluster", "local"], ["svc"] + mesh.trustDomain.split(separator: ".").map(String.init),
        ]
        let byNamespace = Dictionary(grouping: inventory.workloads, by: \.namespace)
        var workloads: [ServiceName: Workload] = [:]
        for service in inventory.services {
            let selected = (byNamespace[service.namespace] ?? []).filter { service.selects($0.labels) }
            let names = Set(selected.map { "\($0.namespace)/\($0.name)" })
            guard names.count == 1, let name = names.first else { continue }
            workloads[ServiceName(name: service.name, namespace: service.namespace)] = named[name]
        }
        self.workloads = workloads
    }

    /// The workload behind `name.namespace`, with `.svc` and the cluster's domain behind it or not. Case, one dot at the end and
    /// a port do not count.
    func workload(forHost host: String) -> Workload? {
        var labels = host.lowercased().prefix { $0 != ":" }
            .split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
        guard labels.count >= 2, suffixes.contains(Array(labels.dropFirst(2))) else { return nil }
        return workloads[ServiceName(name: labels[0], namespace: labels[1])]
    }
}

extension PolicySet {
    /// The workload that the inventory's Services name by this host, which is the client's: only for proxies that route by it
    /// alone.
    package func workload(forHost host: String) -> Workload? { serviceHosts.workload(forHost: host) }
}
