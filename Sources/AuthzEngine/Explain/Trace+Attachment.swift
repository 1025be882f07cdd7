import AuthzPolicy

extension Trace {
    /// What is to be told of a selector that sounds like that of a gateway, at a Gateway that it does not fit; `nil` elsewhere.
    static func gatewayRemark(
        _ outcome: AttachmentOutcome, _ labels: [String: String], _ workload: Workload
    ) -> String? {
        guard case .labelDiffers = outcome, workload.role == .gateway,
            let name = workload.description.labels[WorkloadDescription.Label.gatewayName],
            labels.values.contains(where: { GatewayName.isLikely($0) })
        else { return nil }
        return "; `targetRefs` with the Gateway `\(name)` would reach it"
    }

    /// What is to be told of a policy for all workloads of its namespace whose own labels are those of another one than this; `nil` of
    /// others.
    static func labelRemark(
        _ policy: CompiledAuthorizationPolicy, at workload: Workload, in policySet: PolicySet
    ) -> String? {
        let description = workload.description
        guard case .everything = policy.attachment, policy.reference.namespace == description.namespace else {
            return nil
        }
        for key in WorkloadDescription.Label.telling {
            guard let value = policy.ownLabels[key], let own = description.labels[key], own != value else { continue }
            let other = policySet.workloadNames.first { name in
                policySet.workload(named: name).map {
                    $0.description.namespace == description.namespace && $0.description.labels[key] == value
                } ?? false
            }
            guard let other else { continue }
            return
                "it has no selector, and its `metadata.labels` are those of \(other): is `spec.selector.matchLabels` meant?"
        }
        return nil
    }
}

extension AttachmentOutcome {
    /// Why the policy does not reach the workload; `nil` where it does.
    func reason(policyNamespace: String, at workload: Workload) -> String? {
        switch self {
        case .attached: nil
        case .otherNamespace: "it is a policy of namespace `\(policyNamespace)`"
        case .labelDiffers(let key, let wanted, let actual?):
            "its selector asks for `\(key)=\(wanted)`; the workload has `\(actual)`"
        case .labelDiffers(let key, let wanted, nil):
            "its selector asks for `\(key)=\(wanted)`; the workload has no such label"
        case .targetRefAtSidecar:
            workload.enforcer == .ztunnel
                ? "its targetRefs are for a gateway or waypoint, and here ztunnel decides"
                : "a targetRef never reaches a sidecar workload"
        case .notForWaypoints: "only targetRefs reach a waypoint"
        case .selectorsOffAtGateways: "policies without targetRefs are switched off at gateways"
        case .otherTarget: "none of its targetRefs names this gateway, waypoint or Service"
        case .actionAtZtunnel(let action): "ztunnel does not enforce \(action.rawValue) policies"
        case .dryRunAtZtunnel: "ztunnel does not enforce dry-run policies"
        case .tokensAtZtunnel: "ztunnel verifies no tokens"
        case .selectorInRootNamespace: "in the root namespace, a PeerAuthentication with a selector reaches nothing"
        }
    }
}
