import AuthzCore
import AuthzPolicy

/// Edits of selectors and targetRefs that fit no workload, and this one but for a slip.
extension PolicyEditor {
    func selectors(of kinds: PolicyReference.Kind...) -> [PolicyDraft.Edit] {
        var edits: [PolicyDraft.Edit] = []
        if kinds.contains(.authorizationPolicy) {
            edits += policySet.authorizationPolicies.filter { $0.action == .allow && !$0.isDryRun }
                .compactMap {
                    target(of: $0.reference, $0.attachment)
                        ?? selector(of: $0.reference, $0.attachment.labels, isAlone: false)
                }
        }
        if kinds.contains(.requestAuthentication) {
            edits += policySet.requestAuthentications.compactMap { policy in
                target(of: policy.reference, policy.attachment)
                    ?? selector(
                        of: policy.reference, policy.attachment.labels,
                        isAlone: policySet.isAlone(policy, for: workload))
            }
        }
        return Array(edits.prefix(NearestPolicy.maximumRules))
    }

    /// - Parameter isAlone: Whether there is no other policy that could be meant, so that any label may be a slip.
    private func selector(
        of policy: PolicyReference, _ labels: [String: String], isAlone: Bool
    ) -> PolicyDraft.Edit? {
        guard policySet.selectsNothing(policy, labels, for: workload) else { return nil }
        let own = workload.description.labels
        let differing = labels.filter { own[$0.key] != $0.value }
        guard differing.count == 1, let (key, value) = differing.first,
            let text = draft.text(of: policy.location.file),
            let node = text.resource(at: policy.location)?["spec"]?["selector"]?["matchLabels"]
        else { return nil }
        let name = "`selector` of the \(policy.kind.rawValue) \(policy.qualifiedName)"
        let repair = { (sentence: String, changed: PolicyText) in
            PolicyDraft.Edit(
                sentence: "\(sentence) \(name)", text: changed, breadth: PolicyDraft.Edit.repairBreadth)
        }
        if let meant = own[key] {
            guard isAlone || NameSuggestion.isSlip(value, of: meant), let written = node[key] else { return nil }
            return text.replacing(written, with: RuleWriter.quoted(meant)).map {
                repair("write \("\(key): \(meant)".quoted) for \("\(key): \(value)".quoted) in", $0)
            }
        }
        if labels.count == 1,
            let meant = own.first(where: { $0.value == value && isOnlyOne(selectedBy: [$0.key: value]) })?.key
        {
            guard case .mapping(let entries, _) = node,
                let written = entries.first(where: { $0.key.text == key })?.key,
                let changed = text.replacing(
                    .scalar(written), with: written.isPlain ? meant : RuleWriter.quoted(meant))
            else { return nil }
            return repair("write \("\(meant): \(value)".quoted) for \("\(key): \(value)".quoted) in", changed)
        }
        // A label beside one that fits is one too many.
        guard labels.count > 1, let changed = text.removing(key, from: node) else { return nil }
        return repair("take \("\(key): \(value)".quoted) out of", changed)
    }

    /// The name of a targetRef that is that of this gateway, waypoint or Service but for a slip.
    private func target(of policy: PolicyReference, _ attachment: Attachment) -> PolicyDraft.Edit? {
        let description = workload.description
        guard case .targetRefs(let refs) = attachment,
            let gateway = description.labels[WorkloadDescription.Label.gatewayName],
            let text = draft.text(of: policy.location.file), let spec = text.resource(at: policy.location)?["spec"]
        else { return nil }
        let nodes = spec["targetRefs"]?.items ?? [spec["targetRef"]].compactMap(\.self)
        for (ref, node) in zip(refs, nodes) {
            let meant: String?
            switch ref.kind {
            case .gateway: meant = policy.namespace == description.namespace ? gateway : nil
            case .service, .serviceEntry:
                meant = policy.namespace == description.service?.namespace ? description.service?.name : nil
            case .gatewayClass: meant = nil
            }
            guard let meant, NameSuggestion.isSlip(ref.name, of: meant), let written = node["name"],
                let changed = text.replacing(written, with: RuleWriter.quoted(meant))
            else { continue }
            return PolicyDraft.Edit(
                sentence:
                    "write \(meant.quoted) for \(ref.name.quoted) in `targetRefs` of the \(policy.kind.rawValue) \(policy.qualifiedName)",
                text: changed, breadth: PolicyDraft.Edit.repairBreadth)
        }
        return nil
    }

    /// Whether labels fit this workload, and no other of its namespace.
    private func isOnlyOne(selectedBy labels: [String: String]) -> Bool {
        let description = workload.description
        return !labels.isEmpty
            && policySet.named.values.allSatisfy { other in
                other.description.namespace != description.namespace || other.description.name == description.name
                    || AttachmentOutcome.selection(labels, of: other.description.labels) != .attached
            }
    }
}

extension PolicySet {
    /// Whether a policy is of the namespace of a workload of the inventory, and its selector fits none there.
    func selectsNothing(_ policy: PolicyReference, _ labels: [String: String], for workload: Workload) -> Bool {
        let description = workload.description
        guard description.role == .sidecar, description.name != nil, policy.namespace == description.namespace,
            !labels.isEmpty
        else { return false }
        return !hasWorkload(in: policy.namespace, selectedBy: labels)
    }

    /// Whether no other RequestAuthentication that may reach a workload verifies tokens of these issuers.
    func isAlone(_ policy: CompiledRequestAuthentication, for workload: Workload) -> Bool {
        let issuers = Set(tokenRules[policy.rules].map(\.issuer))
        return !requestAuthentications.contains { other in
            let namespace = other.reference.namespace
            guard other.reference != policy.reference,
                namespace == policy.reference.namespace || namespace == mesh.rootNamespace
            else { return false }
            return tokenRules[other.rules].contains { $0.issuer.isEmpty || issuers.contains($0.issuer) }
        }
    }
}
