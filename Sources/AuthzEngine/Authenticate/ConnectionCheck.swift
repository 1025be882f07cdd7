import AuthzCore
import AuthzPolicy

/// What happens before any policy is consulted: whether the workload's proxy takes the connection at all (selection dossier
/// 1.3). Gateways and waypoints do not enforce PeerAuthentication.
///
/// It is told the policies and the workload by each call: a value that holds them would retain both for each decision.
enum ConnectionCheck {
    /// The refusal of the connection, or `nil`. Over TCP to a port whose mode is DISABLE the principal is dropped.
    static func refusal(
        of request: inout CheckRequest, for workload: Workload, in policySet: PolicySet, trace: inout Trace?
    ) -> Decision? {
        let decision =
            modeRefusal(of: &request, for: workload) ?? trustDomainRefusal(of: request, for: workload, in: policySet)
        trace?.recordConnection(request, for: workload, in: policySet, refusal: decision)
        return decision
    }

    private static func modeRefusal(of request: inout CheckRequest, for workload: Workload) -> Decision? {
        guard workload.role == .sidecar else { return nil }
        if workload.enforcer == .ztunnel { return ztunnelRefusal(of: request, for: workload) }
        switch request.source.principal {
        // Whoever asks cannot say; the proxy has taken the connection.
        case .unknown: return nil
        case .absent:
            return setting(.strict, for: request.destination.port, of: workload).map {
                refusal(.plaintextNotPermitted, $0)
            }
        case .known:
            guard let disabled = setting(.disable, for: request.destination.port, of: workload) else { return nil }
            if request.transport == .tcp {
                request.source.principal = .absent
                return nil
            }
            return refusal(.mtlsNotAccepted, disabled)
        }
    }

    /// ztunnel refuses a peer without an identity where the mode is STRICT, and takes DISABLE for PERMISSIVE: nothing switches
    /// its mutual TLS off (selection dossier 1.5).
    private static func ztunnelRefusal(of request: borrowing CheckRequest, for workload: Workload) -> Decision? {
        switch request.source.principal {
        case .unknown: return nil
        case .known(let name) where ZtunnelIdentity(name, in: request.storage.span) != nil: return nil
        case .known, .absent:
            return setting(.strict, for: request.destination.port, of: workload).map {
                refusal(.plaintextNotPermitted, $0)
            }
        }
    }

    /// The setting of the port where it has this mode. An unknown port may be any, so then any setting will do: that of the
    /// workload, else that of the lowest port.
    private static func setting(
        _ mode: PeerAuthentication.Mode, for port: Attribute<UInt16>, of workload: Workload
    ) -> EffectivePeerAuthentication.Setting? {
        if case .known(let port) = port {
            let setting = workload.peerAuthentication.setting(forPort: port)
            return setting.mode == mode ? setting : nil
        }
        let effective = workload.peerAuthentication
        if effective.workload.mode == mode { return effective.workload }
        return effective.ports.filter { $0.value.mode == mode }.min { $0.key < $1.key }?.value
    }

    private static func refusal(_ reason: Reason, _ setting: EffectivePeerAuthentication.Setting) -> Decision {
        Decision(
            .deny, reason, status: 0,
            determining: setting.policy.map { .peerAuthentication(policy: $0, port: setting.port) } ?? .none)
    }

    /// Inlined, since a call copies the request.
    @inline(__always)
    private static func trustDomainRefusal(
        of request: borrowing CheckRequest, for workload: Workload, in policySet: PolicySet
    ) -> Decision? {
        guard workload.role != .gateway, !policySet.mesh.skipsTrustDomainValidation,
            let principal = request.source.principal.value
        else { return nil }
        // One name of the certificate will do.
        if isAccepted(principal, of: request, in: policySet) { return nil }
        for name in request.furtherPrincipals where isAccepted(name, of: request, in: policySet) { return nil }
        return Decision(.deny, .trustDomainNotAccepted, status: 0)
    }

    @inline(__always)
    private static func isAccepted(
        _ principal: ByteSlice, of request: borrowing CheckRequest, in policySet: PolicySet
    ) -> Bool {
        let bytes = request.storage.span
        for prefix in policySet.acceptedIdentityPrefixes {
            let prefix = prefix.span
            if Int(principal.count) >= prefix.count,
                Bytes.equal(bytes, at: Int(principal.offset), prefix, at: 0, count: prefix.count)
            {
                return true
            }
        }
        return false
    }
}
