import AuthzCore
import AuthzPolicy

extension PolicyEditor {
    /// The edits by which the connection would be taken.
    func modes() -> [PolicyDraft.Edit] {
        guard case .peerAuthentication(let index, let own) = decision.determining else { return [] }
        let policy = policySet.peerAuthentications[index]
        let name = policy.reference.qualifiedName
        guard let text = draft.text(of: policy.reference.location.file),
            let spec = text.resource(at: policy.reference.location)?["spec"]
        else { return [] }
        var edits: [PolicyDraft.Edit] = []
        // Of a request that does not say its port, the one that refuses.
        let port = (own ?? request.destination.port.value).map { "\($0)" }
        if let port, let mode = spec["portLevelMtls"]?[port]?["mode"],
            let changed = text.replacing(mode, with: "PERMISSIVE")
        {
            edits.append(PolicyDraft.Edit(sentence: "make port \(port) PERMISSIVE in \(name)", text: changed))
        }
        if let port, !policy.policy.matchLabels.isEmpty {
            let value = "{mode: PERMISSIVE}"
            let changed =
                spec["portLevelMtls"].map { text.adding(port, value, to: $0) }
                ?? text.adding("portLevelMtls", "{\"\(port)\": \(value)}", to: spec)
            if let changed {
                edits.append(PolicyDraft.Edit(sentence: "make port \(port) PERMISSIVE in \(name)", text: changed))
            }
        }
        if let own = ownMode(port, policy.policy, text) { edits.append(own) }
        if let mode = spec["mtls"]?["mode"], let changed = text.replacing(mode, with: "PERMISSIVE") {
            edits.append(PolicyDraft.Edit(sentence: "make \(name) PERMISSIVE", text: changed))
        }
        return edits
    }

    /// A PeerAuthentication for the workload alone, where the one that counts is of its namespace or of the mesh.
    private func ownMode(_ port: String?, _ policy: PeerAuthentication, _ text: PolicyText) -> PolicyDraft.Edit? {
        guard policy.matchLabels.isEmpty, !attachment.isEmpty, !text.isJSON, let mode = policy.mode?.value else {
            return nil
        }
        let namespace = workload.description.namespace
        let name = freeName("permissive-\(workload.description.name ?? "workload")", namespace)
        let spec =
            port.map { ["mtls: {mode: \(mode.rawValue)}", "portLevelMtls:", "  \"\($0)\": {mode: PERMISSIVE}"] }
            ?? ["mtls: {mode: PERMISSIVE}"]
        let policy = RuleWriter.policy(
            kind: "PeerAuthentication", name: name, namespace: namespace, attachment: attachment, spec: spec)
        return text.appending(document: policy).map {
            PolicyDraft.Edit(sentence: "add the PeerAuthentication \(namespace)/\(name)", text: $0)
        }
    }
}
