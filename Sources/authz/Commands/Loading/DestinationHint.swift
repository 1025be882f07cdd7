import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Which workload of the inventory a destination is likely to be for that does not name one.
struct DestinationHint {
    private let destination: RequestDocument.Destination
    private let inventory: Inventory

    init(_ destination: RequestDocument.Destination, _ inventory: Inventory) {
        self.destination = destination
        self.inventory = inventory
    }

    /// Of a destination that stands for a workload without labels, which no selector fits, though it names the Service or the account of one
    /// that the inventory has: what is wrong, and what to write. `nil` where the labels may be left out.
    var withoutLabels: (message: String, hint: String)? {
        guard let namespace = destination.namespace, destination.workload == nil, destination.labels == nil,
            destination.waypoint == nil, destination.gateway == nil
        else { return nil }
        let named: String
        let found: [Inventory.Workload]
        if let service = destination.service {
            let parts = service.split(separator: ".").map(String.init)
            named = "`service`, which is of requests at a waypoint,"
            found = selected(by: parts.first ?? service, in: parts.count > 1 ? parts[1] : namespace)
        } else if let account = destination.serviceAccount {
            named = "`serviceAccount`"
            found = inventory.workloads.filter { $0.namespace == namespace && $0.serviceAccount == account }
        } else {
            return nil
        }
        guard !found.isEmpty, found.contains(where: { !$0.labels.isEmpty }) else { return nil }
        return (
            "nothing but \(named) tells which workload it is for: one without labels, which no selector fits",
            Self.write(found)
        )
    }

    /// What to write where not even a namespace is there.
    var withoutNamespace: String? {
        if let written = destination.gateway ?? destination.waypoint {
            let field = destination.gateway == nil ? "waypoint" : "gateway"
            let parts = written.split(separator: "/").map(String.init)
            if parts.count == 2 { return "write `destination: {namespace: \(parts[0]), \(field): \(parts[1])}`" }
            let there = inventory.others.filter { $0.kind == "Gateway" && $0.name == written }
            return there.first.map { "write `destination: {namespace: \($0.namespace), \(field): \(written)}`" }
        }
        guard let service = destination.service else { return nil }
        let parts = service.split(separator: ".").map(String.init)
        let known = inventory.services.filter {
            $0.name == parts.first && (parts.count == 1 || $0.namespace == parts[1])
        }
        guard let first = known.first else { return nil }
        let found = selected(by: first.name, in: first.namespace)
        return found.isEmpty
            ? nil
            : "the Service \("\(first.namespace)/\(first.name)".quoted) selects \(Self.names(found)): \(Self.write(found))"
    }

    private func selected(by service: String, in namespace: String) -> [Inventory.Workload] {
        let services = inventory.services.filter { $0.name == service && $0.namespace == namespace }
        return inventory.workloads.filter { workload in
            workload.namespace == namespace && services.contains { $0.selects(workload.labels) }
        }
    }

    private static func names(_ workloads: [Inventory.Workload]) -> String {
        workloads.prefix(3).map { "\($0.namespace)/\($0.name)" }.joined(separator: ", ")
    }

    private static func write(_ workloads: [Inventory.Workload]) -> String {
        let names = workloads.prefix(3).map { "`workload: \($0.namespace)/\($0.name)`" }
        return "write \(names.joined(separator: " or "))"
    }
}
