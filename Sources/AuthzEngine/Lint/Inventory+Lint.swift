import AuthzPolicy

extension Inventory {
    /// Whether a target of a policy is there, or may be: an inventory that has none of the kind says nothing.
    func mayHave(_ ref: TargetRef, in namespace: String) -> Bool {
        switch ref.kind {
        case .gateway:
            let label = WorkloadDescription.Label.gatewayName
            let known =
                others.filter(\.isOfGatewayAPI).map { ($0.namespace, $0.name) }
                + workloads.compactMap { workload in workload.labels[label].map { (workload.namespace, $0) } }
            return known.isEmpty || known.contains { $0 == (namespace, ref.name) }
        case .service:
            return services.isEmpty || services.contains { $0.namespace == namespace && $0.name == ref.name }
        case .serviceEntry:
            let known = others.filter { $0.kind == "ServiceEntry" }
            return known.isEmpty || known.contains { $0.namespace == namespace && $0.name == ref.name }
        case .gatewayClass: return true
        }
    }

    /// The names of what there is of a kind of target in a namespace.
    func names(of kind: TargetRef.Kind, in namespace: String) -> [String] {
        switch kind {
        case .service: services.filter { $0.namespace == namespace }.map(\.name)
        case .gateway: others.filter { $0.isOfGatewayAPI && $0.namespace == namespace }.map(\.name)
        case .serviceEntry: others.filter { $0.kind == "ServiceEntry" && $0.namespace == namespace }.map(\.name)
        case .gatewayClass: []
        }
    }

    /// The service accounts of a namespace, but for `default`, which is always there: those that are listed and those of
    /// workloads.
    func serviceAccounts(in namespace: String) -> Set<String> {
        var names = Set(others.filter { $0.kind == "ServiceAccount" && $0.namespace == namespace }.map(\.name))
        names.formUnion(workloads.filter { $0.namespace == namespace }.map(\.serviceAccount))
        names.remove("default")
        return names
    }

    /// The same of what a Gateway makes by itself.
    func gatewayAccounts(in namespace: String) -> Set<String> {
        Set(
            others.filter { $0.kind == "Gateway" && $0.namespace == namespace }.flatMap { gateway in
                [gateway.name, "\(gateway.name)-istio", "\(gateway.name)-\(gateway.gatewayClass ?? "istio")"]
            })
    }

    /// The Services that select a workload.
    func services(of workload: WorkloadDescription) -> [Service] {
        services.filter { $0.namespace == workload.namespace && $0.selects(workload.labels) }
    }

    /// The ports that containers of a workload say that they have.
    func containerPorts(of workload: WorkloadDescription) -> [UInt16] {
        workloads.filter { $0.namespace == workload.namespace && $0.name == workload.name }.flatMap(\.containerPorts)
    }
}

extension TargetRef.Kind {
    /// As in `kind` of a target.
    var word: String {
        switch self {
        case .service: "Service"
        case .serviceEntry: "ServiceEntry"
        case .gateway: "Gateway"
        case .gatewayClass: "GatewayClass"
        }
    }
}
