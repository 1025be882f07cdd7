import AuthzCore

extension PolicyDocuments {
    /// Where the rules of those AuthorizationPolicies are written that reach workloads of the inventory, and no port of theirs but
    /// those that a Service says are for HTTP: what comes there is never taken for a stream of bytes.
    var rulesAtHTTPAlone: Set<SourceLocation> {
        let root = mesh?.rootNamespace ?? MeshSettings().rootNamespace
        var locations: Set<SourceLocation> = []
        for policy in authorizationPolicies where policy.action == .deny {
            let labels: [String: String]
            switch policy.attachment {
            case .everything: labels = [:]
            case .selector(let written): labels = written
            case .targetRefs(let refs):
                let gateways = refs.map { ref in
                    ref.kind == .gateway
                        ? inventory.others.first {
                            $0.kind == "Gateway" && $0.namespace == policy.metadata.namespace && $0.name == ref.name
                        } : nil
                }
                if gateways.allSatisfy({ $0?.hasHTTPAlone ?? false }) {
                    locations.formUnion(policy.rules.map(\.location))
                }
                continue
            }
            let reached = inventory.workloads.filter { workload in
                (policy.metadata.namespace == root || policy.metadata.namespace == workload.namespace)
                    && labels.allSatisfy { workload.labels[$0.key] == $0.value }
            }
            guard !reached.isEmpty, reached.allSatisfy(inventory.hasHTTPAlone) else { continue }
            locations.formUnion(policy.rules.map(\.location))
        }
        return locations
    }
}

extension Inventory {
    /// Whether Services lead to all ports of a workload that are known, and each says that it is for HTTP.
    fileprivate func hasHTTPAlone(_ workload: Workload) -> Bool {
        // A gateway reads what its servers say, whatever its Service calls the ports.
        let gateways = others.filter { gateway in
            gateway.kind == "Gateway" && !gateway.selector.isEmpty
                && gateway.selector.allSatisfy { workload.labels[$0.key] == $0.value }
        }
        if !gateways.isEmpty { return gateways.allSatisfy(\.hasHTTPAlone) }
        let entries = services.filter { $0.namespace == workload.namespace && $0.selects(workload.labels) }
            .flatMap(\.ports)
        let targets = Set(entries.map(\.targetPort))
        return !entries.isEmpty && entries.allSatisfy(\.isHTTP)
            && workload.containerPorts.allSatisfy { number in
                targets.contains(String(number))
                    || workload.portsByName.contains { $0.value == number && targets.contains($0.key) }
            }
    }
}

extension Inventory.NamedResource {
    /// Whether all servers of a Gateway are for HTTP.
    fileprivate var hasHTTPAlone: Bool { !servers.isEmpty && servers.allSatisfy(\.isHTTP) }
}
