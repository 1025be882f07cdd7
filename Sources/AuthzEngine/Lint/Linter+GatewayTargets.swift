import AuthzCore
import AuthzPolicy

/// Selectors that are meant for a Gateway of the Gateway API, whose pods have labels of their own.
extension Linter {
    /// Of a selector that sounds like that of a gateway, and fits nothing: the Gateway of the namespace, and what to write; `nil` where
    /// there is none, or no sign of it.
    func gatewayTarget(_ policy: PolicyReference, _ labels: [String: String]) -> (site: LintSite, hint: String)? {
        guard policy.kind != .peerAuthentication, labels.values.contains(where: { GatewayName.isLikely($0) }) else {
            return nil
        }
        guard let site = gatewaySite(in: policy.namespace), let name = site.destination.gateway else { return nil }
        let neighbor = documents.authorizationPolicies.first { other in
            guard other.reference != policy, case .targetRefs(let refs) = other.attachment else { return false }
            return other.metadata.namespace == policy.namespace
                && refs.contains { $0.kind == .gateway && $0.name == name }
        }
        let like = neighbor.map { ", as \($0.reference.qualifiedName) has" } ?? ""
        let target = TargetRef.text([TargetRef(kind: .gateway, name: name)])
        return (site, "is the Gateway \(name.quoted) meant? write \(target.quoted) in the place of the selector\(like)")
    }

    /// The Gateway of a namespace that a policy names as its target, or that the inventory has.
    private func gatewaySite(in namespace: String) -> LintSite? {
        let targeted = everySite.first {
            $0.workload.role == .gateway && $0.destination.gateway != nil
                && $0.workload.description.namespace == namespace
        }
        if let targeted { return targeted }
        let known = documents.inventory.others.first {
            $0.isOfGatewayAPI && $0.namespace == namespace && $0.gatewayClass != WorkloadDescription.waypointClass
        }
        guard let known else { return nil }
        let ref = TargetRef(kind: .gateway, name: known.name)
        let destination = LintSite.destination(of: ref, in: namespace, documents)
        guard let workload = point.policySet.workload(for: destination) else { return nil }
        let root = point.policySet.mesh.rootNamespace
        return LintSite.sites(of: destination, workload, documents.inventory, root: root).first
    }

    /// The same where no workload is known at all, and so nobody can say what the selector fits.
    var gatewayNotes: [LintNote] {
        guard documents.inventory.workloads.isEmpty else { return [] }
        let attached =
            documents.authorizationPolicies.map { ($0.reference, $0.attachment) }
            + documents.requestAuthentications.map { ($0.reference, $0.attachment) }
        return attached.compactMap { policy, attachment in
            guard case .selector(let labels) = attachment, let (_, hint) = gatewayTarget(policy, labels) else {
                return nil
            }
            return LintNote(
                policy: policy,
                message:
                    "\(policy.qualifiedName) selects \(Self.text(labels).quoted), and the namespace has a Gateway, whose pods are told by labels of their own",
                hint: hint)
        }
    }

    // MARK: Ambient meshes

    /// Selectors where the inventory is of an ambient mesh, and the policies are looked into as for sidecars.
    var ambientNotes: [LintNote] {
        guard point.policySet.options.profile == .sidecar, documents.inventory.isOfAmbient else { return [] }
        let isSelecting = documents.authorizationPolicies.contains { policy in
            if case .targetRefs = policy.attachment { return false }
            return policy.rules.contains { $0.tests.contains(where: \.field.isHTTPOnly) }
        }
        guard isSelecting else { return [] }
        return [
            LintNote(
                message:
                    "a label of the inventory says that its mesh is ambient, and what is found is for sidecars: in an ambient mesh policies without `targetRefs` are for ztunnel, which reads no requests",
                hint: "give `--profile ambient`")
        ]
    }

    // MARK: Labels in the wrong place

    /// Policies of a whole namespace whose own labels are those of one workload there.
    var labelNotes: [LintNote] {
        documents.authorizationPolicies.compactMap { policy in
            guard case .everything = policy.attachment,
                let (name, labels) = documents.inventory.workload(havingLabelsOf: policy.metadata)
            else { return nil }
            return LintNote(
                policy: policy.reference,
                message:
                    "\(policy.reference.qualifiedName) has no selector, so it is for all workloads of its namespace, and its `metadata.labels` are those of \(name)",
                hint: "if it is meant for that one, write \("selector: {matchLabels: {\(labels)}}".quoted) in `spec`")
        }
    }
}

extension Inventory {
    /// The one workload of the namespace that has a label of the policy's own by which workloads are told, among others that have not;
    /// with the label as it is written in a selector.
    func workload(havingLabelsOf metadata: ResourceMetadata) -> (name: String, labels: String)? {
        for key in WorkloadDescription.Label.telling {
            guard let value = metadata.labels[key] else { continue }
            let all = workloads.filter { $0.namespace == metadata.namespace }
            let named = all.filter { $0.labels[key] == value }
            guard let first = named.first, named.count < all.count else { continue }
            return ("\(first.namespace)/\(first.name)", "\(key): \(value)")
        }
        return nil
    }
}
