import AuthzPolicy

extension LintSite {
    /// The waypoint that acts for a Service: that which its labels name, or those of its namespace, or else one that is there.
    static func waypoint(
        for service: String, in namespace: String, _ inventory: Inventory
    ) -> RequestDocument.Destination {
        let own = inventory.services.first { $0.name == service && $0.namespace == namespace }?.waypoint
        let label = own ?? inventory.others.first { $0.kind == "Namespace" && $0.name == namespace }?.waypoint
        let isKnown = label.map { $0.name != "none" } ?? false
        let place = isKnown ? label?.namespace ?? namespace : namespace
        let there = inventory.others.first {
            $0.gatewayClass == WorkloadDescription.waypointClass && $0.namespace == namespace
        }
        var destination = RequestDocument.Destination()
        destination.namespace = place
        destination.waypoint = (isKnown ? label?.name : there?.name) ?? "waypoint"
        destination.service = place == namespace ? service : "\(service).\(namespace)"
        return destination
    }
}
