import AuthzCore
import AuthzPolicy

/// A destination at which policies are tried.
struct LintSite {
    var destination: RequestDocument.Destination
    var workload: Workload
    /// Among all sites.
    var index = 0
    /// Whether holes are looked for there. Others are there so that nothing is said to be dead that acts at some workload.
    var isLikely = true
    /// Whether the inventory has workloads, and this is none of them.
    var isMadeUp = false
    /// The ports that are of TCP by the Services of the workload, or the Gateways that it is of.
    var opaquePorts: Set<UInt16> = []

    /// Whether requests are read there: at some port, or at this one.
    func readsHTTP(at port: UInt16? = nil) -> Bool {
        workload.readsHTTP && !opaquePorts.contains(port ?? destination.port ?? 8080)
    }

    /// The plainest request, or where no HTTP is read the plainest connection.
    var plainest: RequestDocument { readsHTTP() ? request : connection }

    /// The plainest request: one that names nothing that a policy could ask for, from an address that nobody knows.
    var request: RequestDocument {
        var document = connection
        var request = RequestDocument.HTTPRequest()
        request.host = host
        document.request = request
        return document
    }

    /// The plainest connection.
    var connection: RequestDocument {
        var document = RequestDocument(location: SourceLocation(file: "", line: 1, column: 1))
        document.destination = destination
        document.source.ip = LintSite.stranger
        return document
    }

    private var host: String {
        guard let name = workload.description.name else { return "\(workload.description.namespace).example" }
        return "\(name).\(workload.description.namespace)"
    }

    /// 192.0.2.10, of a block that is kept for documentation (RFC 5737).
    static let stranger = IPAddress(v4: 0xc000_020a)
    /// 192.0.2.1.
    static let address = IPAddress(v4: 0xc000_0201)

    /// One for each mode that ports of the workload have.
    static func sites(
        of destination: RequestDocument.Destination, _ workload: Workload, _ inventory: Inventory, root: String
    ) -> [LintSite] {
        let modes = workload.peerAuthentication
        let ports = LintPorts(of: workload.description, inventory, root: root)
        let opaque = ports.opaque
        let first = ports.all.first { !opaque.contains($0) } ?? ports.all.first ?? 8080
        var seen: Set<PeerAuthentication.Mode> = []
        return ([first] + modes.ports.keys.sorted()).compactMap { port in
            guard seen.insert(modes.setting(forPort: port).mode).inserted else { return nil }
            var destination = destination
            destination.port = port
            destination.ip = address
            return LintSite(destination: destination, workload: workload, opaquePorts: opaque)
        }
    }

    /// `namespace/name` of a workload of the inventory, or that of a Gateway; `nil` of others.
    static func name(of destination: RequestDocument.Destination) -> String? {
        destination.workload?.value
            ?? destination.gateway.map { "Gateway \(destination.namespace ?? "")/\($0)" }
    }

    static func destination(
        of ref: TargetRef, in namespace: String, _ documents: PolicyDocuments
    ) -> RequestDocument.Destination {
        var destination = RequestDocument.Destination()
        destination.namespace = namespace
        switch ref.kind {
        case .gateway:
            // A Gateway of the waypoint class acts for services.
            let known = documents.inventory.others.first {
                $0.kind == "Gateway" && $0.namespace == namespace && $0.name == ref.name
            }
            let isWaypoint =
                known?.gatewayClass.map { $0 == WorkloadDescription.waypointClass } ?? ref.name.contains("waypoint")
            if let service = documents.inventory.services.first(where: { $0.namespace == namespace }), isWaypoint {
                destination.waypoint = ref.name
                destination.service = service.name
            } else {
                destination.gateway = ref.name
            }
        case .gatewayClass:
            guard let service = documents.inventory.services.first else {
                destination.waypoint = "waypoint"
                break
            }
            return waypoint(for: service.name, in: service.namespace, documents.inventory)
        case .service, .serviceEntry: return waypoint(for: ref.name, in: namespace, documents.inventory)
        }
        return destination
    }

    static func spelledOut(namespace: String, labels: [String: String]) -> RequestDocument.Destination {
        var destination = RequestDocument.Destination()
        destination.namespace = namespace
        destination.labels = labels
        return destination
    }

    /// What tells it from sites at which all is decided alike.
    var decisionKey: String {
        let modes = workload.peerAuthentication
        let ports = modes.ports.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.mode)" }
        return
            "\(workload.role) \(workload.attachedPolicies) \(workload.tokenRules) \(modes.workload.mode) \(ports) \(mode) \(readsHTTP())"
    }

    /// Whether requests can come in plaintext: a waypoint gets them from ztunnel alone.
    var takesPlaintext: Bool { workload.role != .waypoint }

    /// The mode of the port.
    var mode: PeerAuthentication.Mode {
        workload.peerAuthentication.setting(forPort: destination.port ?? 8080).mode
    }
}
