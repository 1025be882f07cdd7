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

    /// All that the policies may be meant for: the workloads of the inventory, and the gateways and waypoints that targetRefs name.
    /// Where the inventory has no workload, one for each selector that is written.
    static func all(_ documents: PolicyDocuments, _ policySet: PolicySet) -> [LintSite] {
        var destinations = policySet.workloadNames.map { name in
            var destination = RequestDocument.Destination()
            destination.workload = Located(name, at: SourceLocation(file: "", line: 1, column: 1))
            return destination
        }
        let policies =
            documents.authorizationPolicies.map { ($0.metadata.namespace, $0.attachment) }
            + documents.requestAuthentications.map { ($0.metadata.namespace, $0.attachment) }
            + documents.peerAuthentications.map { policy in
                (
                    policy.metadata.namespace,
                    policy.matchLabels.isEmpty ? Attachment.everything : .selector(policy.matchLabels)
                )
            }
        let hasInventory = !destinations.isEmpty
        var unlikely: [RequestDocument.Destination] = []
        let root = policySet.mesh.rootNamespace
        var others = Set(policies.map(\.0)).subtracting([root]).sorted()
        // One that has no policies of its own, for those of the mesh.
        others.append(others.contains("default") ? "other" : "default")
        let selectors = policies.compactMap { namespace, attachment -> (namespace: String, labels: [String: String])? in
            if case .selector(let labels) = attachment { (namespace, labels) } else { nil }
        }
        for (namespace, attachment) in policies {
            switch attachment {
            case .targetRefs(let refs):
                destinations += refs.filter { documents.inventory.mayHave($0, in: namespace) }
                    .map { destination(of: $0, in: namespace, documents) }
            case .everything, .selector:
                guard !hasInventory else { continue }
                var labels: [String: String] = [:]
                if case .selector(let wanted) = attachment { labels = wanted }
                let reached = namespace == root ? others : [namespace]
                for namespace in reached {
                    // Labels of one workload, as far as anybody knows.
                    var all = labels
                    for other in selectors where [namespace, root].contains(other.namespace) {
                        if other.labels.allSatisfy({ (all[$0.key] ?? $0.value) == $0.value }) {
                            all.merge(other.labels) { own, _ in own }
                        }
                    }
                    destinations.append(spelledOut(namespace: namespace, labels: all))
                    unlikely.append(spelledOut(namespace: namespace, labels: labels))
                }
            }
        }
        var seen: Set<String> = []
        let likelyCount = destinations.count
        let reached = (destinations + unlikely).enumerated().compactMap {
            index, destination -> (destination: RequestDocument.Destination, workload: Workload, isLikely: Bool)? in
            guard let workload = policySet.workload(for: destination) else { return nil }
            let key = "\(workload.displayName) \(workload.role) \(destination.service ?? "")"
            return seen.insert(key).inserted ? (destination, workload, index < likelyCount) : nil
        }
        let sites = reached.flatMap { reached in
            Self.sites(of: reached.destination, reached.workload, documents.inventory).map { site in
                var site = site
                site.isLikely = reached.isLikely
                return site
            }
        }
        return sites.enumerated().map { index, site in
            var site = site
            site.index = index
            return site
        }
    }

    /// One for each mode that ports of the workload have.
    private static func sites(
        of destination: RequestDocument.Destination, _ workload: Workload, _ inventory: Inventory
    ) -> [LintSite] {
        let modes = workload.peerAuthentication
        let first = inventory.ports(of: workload.description).first ?? 8080
        var seen: Set<PeerAuthentication.Mode> = []
        return ([first] + modes.ports.keys.sorted()).compactMap { port in
            guard seen.insert(modes.setting(forPort: port).mode).inserted else { return nil }
            var destination = destination
            destination.port = port
            destination.ip = address
            return LintSite(destination: destination, workload: workload)
        }
    }

    private static func destination(
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
            destination.waypoint = "waypoint"
            if let service = documents.inventory.services.first {
                destination.namespace = service.namespace
                destination.service = service.name
            }
        case .service, .serviceEntry:
            destination.waypoint = "waypoint"
            destination.service = ref.name
        }
        return destination
    }

    private static func spelledOut(namespace: String, labels: [String: String]) -> RequestDocument.Destination {
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
            "\(workload.role) \(workload.attachedPolicies) \(workload.tokenRules) \(modes.workload.mode) \(ports) \(mode)"
    }

    /// Whether requests can come in plaintext: a waypoint gets them from ztunnel alone.
    var takesPlaintext: Bool { workload.role != .waypoint }

    /// The mode of the port.
    var mode: PeerAuthentication.Mode {
        workload.peerAuthentication.setting(forPort: destination.port ?? 8080).mode
    }
}
