import AuthzPolicy

/// Whether a policy reaches a workload, and if not, why.
enum AttachmentOutcome: Sendable, Equatable {
    case attached
    /// Policies of that namespace are not looked at for this workload.
    case otherNamespace
    /// The selector asks for a label that the workload lacks (`nil`) or has with another value.
    case labelDiffers(key: String, wanted: String, actual: String?)
    /// A targetRef never reaches a workload that is no gateway.
    case targetRefAtSidecar
    /// Only targetRefs reach a waypoint.
    case notForWaypoints
    /// Selector policies are switched off for Gateway API gateways.
    case selectorsOffAtGateways
    /// No targetRef names this gateway, waypoint or Service.
    case otherTarget
    /// ztunnel enforces ALLOW and DENY alone.
    case actionAtZtunnel(AuthorizationPolicy.Action)
    case dryRunAtZtunnel
    /// ztunnel verifies no tokens.
    case tokensAtZtunnel
    /// A PeerAuthentication of the root namespace is for the whole mesh, or for nothing.
    case selectorInRootNamespace

    /// The rule of RequestAuthentication and AuthorizationPolicy (selection dossier 2.3), for a policy of a namespace that is
    /// looked at.
    static func of(
        _ attachment: Attachment, policyNamespace: String, at workload: WorkloadDescription, mesh: MeshSettings,
        isServiceEntry: (ServiceName) -> Bool
    ) -> AttachmentOutcome {
        let gatewayName = workload.labels[WorkloadDescription.Label.gatewayName]
        switch attachment {
        case .everything, .selector:
            if gatewayName != nil {
                if workload.role == .waypoint { return .notForWaypoints }
                if !mesh.selectorBasedGatewayPolicy { return .selectorsOffAtGateways }
            }
            if case .selector(let labels) = attachment {
                return selection(labels, of: workload.labels)
            }
            return .attached
        case .targetRefs(let refs):
            guard let gatewayName else { return .targetRefAtSidecar }
            let reaches = refs.contains { ref in
                switch ref.kind {
                case .service, .serviceEntry:
                    guard workload.role == .waypoint, let service = workload.service else { return false }
                    return ref.name == service.name && policyNamespace == service.namespace
                        && isServiceEntry(service) == (ref.kind == .serviceEntry)
                case .gatewayClass:
                    return workload.role == .waypoint && policyNamespace == mesh.rootNamespace
                        && ref.name == WorkloadDescription.waypointClass
                case .gateway:
                    return policyNamespace == workload.namespace && ref.name == gatewayName
                }
            }
            return reaches ? .attached : .otherTarget
        }
    }

    /// Whether the workload has all of the labels; names the first in order that it has not.
    static func selection(_ wanted: [String: String], of labels: [String: String]) -> AttachmentOutcome {
        for (key, value) in wanted.sorted(by: { $0.key < $1.key }) where labels[key] != value {
            return .labelDiffers(key: key, wanted: value, actual: labels[key])
        }
        return .attached
    }
}
