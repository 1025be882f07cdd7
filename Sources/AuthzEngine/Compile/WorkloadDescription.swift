package import AuthzPolicy

/// What selection asks about a destination.
package struct WorkloadDescription: Sendable, Hashable {
    enum Label {
        static let gatewayName = "gateway.networking.k8s.io/gateway-name"
        static let gatewayClass = "gateway.networking.k8s.io/gateway-class-name"
        static let gatewayManager = "gateway.istio.io/managed"
        static let istio = "istio"
        /// Those by which workloads are told apart, rather than versions of one.
        static let telling = ["app", "app.kubernetes.io/name", "k8s-app"]
    }

    static let waypointClass = "istio-waypoint"
    private static let waypointManager = "istio.io-mesh-controller"

    package var namespace: String
    package var name: String?
    package var labels: [String: String]
    package var serviceAccount: String?
    /// The Service that a waypoint acts for.
    package var service: ServiceName?
    package var role: Workload.Role

    package init(_ workload: Inventory.Workload) {
        namespace = workload.namespace
        name = workload.name
        labels = workload.labels
        serviceAccount = workload.serviceAccount
        role = Self.role(of: workload.labels, gatewayClass: nil)
    }

    /// A workload of which this is all that is known.
    package init(namespace: String, labels: [String: String], serviceAccount: String?) {
        self.namespace = namespace
        self.labels = labels
        self.serviceAccount = serviceAccount
        role = Self.role(of: labels, gatewayClass: nil)
    }

    /// A destination that a request document spells out; `nil` without a namespace.
    ///
    /// - Parameter serviceEntries: Whose names may have dots of their own.
    package init?(_ destination: RequestDocument.Destination, serviceEntries: Set<ServiceName> = []) {
        guard let namespace = destination.namespace else { return nil }
        self.namespace = namespace
        if let labels = destination.labels {
            self.labels = labels
        } else if let waypoint = destination.waypoint {
            labels = Self.waypointLabels(waypoint)
        } else if let gateway = destination.gateway {
            labels = [Label.gatewayName: gateway, Label.gatewayClass: destination.gatewayClass ?? "istio"]
        } else {
            labels = [:]
        }
        serviceAccount = destination.serviceAccount
        role = Self.role(of: labels, gatewayClass: destination.gatewayClass)
        if role == .waypoint, let written = destination.service {
            service = Self.service(written, namespace: namespace, serviceEntries)
        }
    }

    /// `Gateway ingress/public` or `waypoint shop/waypoint`, where nothing else is known but what follows from that.
    var nameOfGateway: String? {
        guard name == nil, serviceAccount == nil, let gateway = labels[Label.gatewayName] else { return nil }
        if labels == [Label.gatewayName: gateway, Label.gatewayClass: "istio"] {
            return "Gateway \(namespace)/\(gateway)"
        }
        return labels == Self.waypointLabels(gateway) ? "waypoint \(namespace)/\(gateway)" : nil
    }

    private static func waypointLabels(_ name: String) -> [String: String] {
        [Label.gatewayName: name, Label.gatewayClass: waypointClass, Label.gatewayManager: waypointManager]
    }

    /// `name` or `name.namespace`, with more of a host's name behind it or not.
    private static func service(
        _ written: String, namespace: String, _ serviceEntries: Set<ServiceName>
    ) -> ServiceName {
        let whole = ServiceName(name: written, namespace: namespace)
        if serviceEntries.contains(whole) { return whole }
        if let dot = written.lastIndex(of: ".") {
            let split = ServiceName(
                name: String(written[..<dot]), namespace: String(written[written.index(after: dot)...]))
            if serviceEntries.contains(split) { return split }
        }
        let parts = written.split(separator: ".", omittingEmptySubsequences: false)
        return ServiceName(name: String(parts[0]), namespace: parts.count > 1 ? String(parts[1]) : namespace)
    }

    /// Which proxy a workload with these labels is (selection dossier 2.3).
    private static func role(of labels: [String: String], gatewayClass: String?) -> Workload.Role {
        if gatewayClass == waypointClass || labels[Label.gatewayClass] == waypointClass
            || labels[Label.gatewayManager] == waypointManager
        {
            return .waypoint
        }
        return isGateway(labels) ? .gateway : .sidecar
    }

    /// Whether a workload with these labels is a gateway, if it is no waypoint.
    static func isGateway(_ labels: [String: String]) -> Bool {
        labels[Label.gatewayName] != nil || ["ingressgateway", "egressgateway"].contains(labels[Label.istio])
    }
}
