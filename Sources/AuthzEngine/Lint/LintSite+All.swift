import AuthzCore
import AuthzPolicy

extension LintSite {
    /// All that the policies may be meant for: the workloads of the inventory, and the gateways and waypoints that targetRefs name.
    /// Where the inventory has no workload, one for each selector that is written; where it has some, one for each policy of a namespace
    /// of which it has none.
    static func all(_ documents: PolicyDocuments, _ policySet: PolicySet) -> [LintSite] {
        var destinations = policySet.workloadNames.map { name in
            var destination = RequestDocument.Destination()
            destination.workload = Located(name, at: SourceLocation(file: "", line: 1, column: 1))
            return destination
        }
        let hasInventory = !destinations.isEmpty
        let targeted =
            documents.authorizationPolicies.map { ($0.metadata.namespace, $0.attachment) }
            + documents.requestAuthentications.map { ($0.metadata.namespace, $0.attachment) }
        for case (let namespace, .targetRefs(let refs)) in targeted {
            destinations += refs.filter { documents.inventory.mayHave($0, in: namespace) }
                .map { destination(of: $0, in: namespace, documents) }
        }
        let inhabited = Set(destinations.compactMap { policySet.workload(for: $0)?.description.namespace })
        let madeUp = MadeUpWorkloads(
            documents, root: policySet.mesh.rootNamespace, inhabited: hasInventory ? inhabited : nil)
        let knownCount = destinations.count
        let likelyCount = knownCount + madeUp.likely.count
        destinations += (madeUp.likely + madeUp.others).map { spelledOut(namespace: $0.namespace, labels: $0.labels) }
        var seen: Set<String> = []
        var sites: [LintSite] = []
        for (index, destination) in destinations.enumerated() {
            guard let workload = policySet.workload(for: destination),
                seen.insert("\(workload.displayName) \(workload.role) \(destination.service ?? "")").inserted
            else { continue }
            let root = policySet.mesh.rootNamespace
            for var site in Self.sites(of: destination, workload, documents.inventory, root: root) {
                site.isLikely = index < likelyCount
                site.isMadeUp = hasInventory && index >= knownCount
                site.index = sites.count
                sites.append(site)
            }
        }
        return sites
    }
}

/// Workloads of which nothing is known but which labels policies select by.
private struct MadeUpWorkloads {
    struct Workload {
        var namespace: String
        var labels: [String: String]
    }

    /// With all labels that one workload may have at once.
    private(set) var likely: [Workload] = []
    /// With those of one selector alone.
    private(set) var others: [Workload] = []
    private let root: String

    /// - Parameter inhabited: The namespaces of which workloads are known, and for whose policies nothing is made up; `nil` where none is
    ///   known of any.
    init(_ documents: PolicyDocuments, root: String, inhabited: Set<String>?) {
        self.root = root
        let modes = documents.peerAuthentications.map { policy in
            (
                policy.metadata.namespace,
                policy.matchLabels.isEmpty ? Attachment.everything : .selector(policy.matchLabels)
            )
        }
        let policies =
            documents.authorizationPolicies.map { ($0.metadata.namespace, $0.attachment) }
            + documents.requestAuthentications.map { ($0.metadata.namespace, $0.attachment) }
            // A mode alone leaves nothing to try.
            + (inhabited == nil ? modes : [])
        let selectors = (policies + modes).compactMap { namespace, attachment -> Workload? in
            if case .selector(let labels) = attachment { Workload(namespace: namespace, labels: labels) } else { nil }
        }
        var elsewhere = Set(policies.map(\.0)).subtracting([root]).sorted()
        // One that has no policies of its own, for those of the mesh.
        elsewhere.append(elsewhere.contains("default") ? "other" : "default")
        for (namespace, attachment) in policies {
            let labels: [String: String]
            switch attachment {
            case .targetRefs: continue
            case .everything: labels = [:]
            case .selector(let wanted): labels = wanted
            }
            for place in places(namespace, labels, inhabited, elsewhere) {
                add(place, labels, selectors)
            }
        }
    }

    /// Where workloads of these labels may be that a policy of a namespace reaches.
    private func places(
        _ namespace: String, _ labels: [String: String], _ inhabited: Set<String>?, _ elsewhere: [String]
    ) -> [String] {
        if let inhabited {
            // Those of the mesh reach what is known.
            let isOfMesh = namespace == root && labels.isEmpty
            return isOfMesh || inhabited.contains(namespace) ? [] : [namespace]
        }
        guard namespace == root else { return [namespace] }
        if labels.isEmpty { return elsewhere }
        let gateways = elsewhere.filter { GatewayName.isLikely($0) }
        return GatewayName.isLikely(labels, in: root, root: root) ? [root] + gateways : elsewhere + [root]
    }

    private mutating func add(_ namespace: String, _ labels: [String: String], _ selectors: [Workload]) {
        let isGateway = GatewayName.isLikely(labels, in: namespace, root: root)
        var own = labels
        // What tells Istio's own gateways, which have other labels, too.
        if isGateway, own["istio"] == nil { own["istio"] = "ingressgateway" }
        // Labels of one workload, as far as anybody knows; no program has those of a gateway.
        var all = own
        for other in selectors
        where [namespace, root].contains(other.namespace)
            && GatewayName.isLikely(other.labels, in: namespace, root: root) == isGateway
            && other.labels.allSatisfy({ (all[$0.key] ?? $0.value) == $0.value })
        {
            all.merge(other.labels) { own, _ in own }
        }
        likely.append(Workload(namespace: namespace, labels: all))
        others.append(Workload(namespace: namespace, labels: own))
    }
}

/// What gateways are called.
enum GatewayName {
    private static let words = ["ingress", "egress", "gateway"]

    /// Whether a name sounds like that of a gateway, or of a namespace of gateways.
    static func isLikely(_ name: String) -> Bool { words.contains { name.contains($0) } }

    /// Whether labels are those of a gateway, as far as anybody can tell: a program may be called so, too.
    static func isLikely(_ labels: [String: String], in namespace: String, root: String) -> Bool {
        let isForGateways = namespace == root || isLikely(namespace)
        return labels.contains { key, value in
            isLikely(value) && (isForGateways || key == "istio" || value.hasPrefix("istio-"))
        }
    }
}
