import AuthzCore
import AuthzPolicy

/// What happens before any policy is consulted: whether the workload's proxy takes the connection at all (selection dossier
/// 1.3). Gateways and waypoints do not enforce PeerAuthentication.
struct ConnectionCheck {
    let policySet: PolicySet
    let workload: Workload

    /// The refusal of the connection, or `nil`. Over TCP to a port whose mode is DISABLE the principal is dropped.
    func refusal(of request: inout CheckRequest, trace: inout Trace?) -> Decision? {
        let decision = modeRefusal(of: &request) ?? trustDomainRefusal(of: request)
        trace?.record(self, request, refusal: decision)
        return decision
    }

    private func modeRefusal(of request: inout CheckRequest) -> Decision? {
        guard workload.role == .sidecar else { return nil }
        if workload.enforcer == .ztunnel { return ztunnelRefusal(of: request) }
        switch request.source.principal {
        // Whoever asks cannot say; the proxy has taken the connection.
        case .unknown: return nil
        case .absent:
            return setting(.strict, for: request.destination.port).map { Self.refusal(.plaintextNotPermitted, $0) }
        case .known:
            guard let disabled = setting(.disable, for: request.destination.port) else { return nil }
            if request.transport == .tcp {
                request.source.principal = .absent
                return nil
            }
            return Self.refusal(.mtlsNotAccepted, disabled)
        }
    }

    /// ztunnel refuses a peer without an identity where the mode is STRICT, and takes DISABLE for PERMISSIVE: nothing switches
    /// its mutual TLS off (selection dossier 1.5).
    private func ztunnelRefusal(of request: borrowing CheckRequest) -> Decision? {
        switch request.source.principal {
        case .unknown: return nil
        case .known(let name) where ZtunnelIdentity(name, in: request.storage.span) != nil: return nil
        case .known, .absent:
            return setting(.strict, for: request.destination.port).map { Self.refusal(.plaintextNotPermitted, $0) }
        }
    }

    /// The setting of the port where it has this mode. An unknown port may be any, so then any setting will do: that of the
    /// workload, else that of the lowest port.
    private func setting(
        _ mode: PeerAuthentication.Mode, for port: Attribute<UInt16>
    ) -> EffectivePeerAuthentication.Setting? {
        let effective = workload.peerAuthentication
        if case .known(let port) = port {
            let setting = effective.setting(forPort: port)
            return setting.mode == mode ? setting : nil
        }
        if effective.workload.mode == mode { return effective.workload }
        return effective.ports.filter { $0.value.mode == mode }.min { $0.key < $1.key }?.value
    }

    private static func refusal(_ reason: Reason, _ setting: EffectivePeerAuthentication.Setting) -> Decision {
        Decision(
            .deny, reason, status: 0,
            determining: setting.policy.map { .peerAuthentication(policy: $0) } ?? .none)
    }

    private func trustDomainRefusal(of request: borrowing CheckRequest) -> Decision? {
        guard workload.role != .gateway, !policySet.mesh.skipsTrustDomainValidation,
            let principal = request.source.principal.value
        else { return nil }
        // One name of the certificate will do.
        if isAccepted(principal, of: request) { return nil }
        for name in request.furtherPrincipals where isAccepted(name, of: request) { return nil }
        return Decision(.deny, .trustDomainNotAccepted, status: 0)
    }

    private func isAccepted(_ principal: ByteSlice, of request: borrowing CheckRequest) -> Bool {
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
