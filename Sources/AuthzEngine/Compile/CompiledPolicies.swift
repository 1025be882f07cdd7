import AuthzCore
import AuthzPolicy

/// An AuthorizationPolicy with its rules compiled for each kind of filter chain.
struct CompiledAuthorizationPolicy: Sendable {
    var reference: PolicyReference
    var attachment: Attachment
    /// Those of its own `metadata`, which select nothing.
    var ownLabels: [String: String]
    var action: AuthorizationPolicy.Action
    var provider: String?
    var isDryRun: Bool
    var ruleLocations: [SourceLocation]
    /// By rule.
    var http: [CompiledRule]
    var tcp: [CompiledRule]
    /// `nil` in the sidecar profile, and for a policy that istiod does not hand to ztunnel.
    var ztunnel: [CompiledRule]?

    /// The rules as one kind of chain has them.
    func rules(on chain: FilterChain) -> [CompiledRule] {
        switch chain {
        case .http: http
        case .tcp: tcp
        case .ztunnel: ztunnel ?? []
        }
    }

    /// Envoy's key of a rule (AuthorizationPolicy dossier 10.1).
    func envoyID(ofRule ordinal: Int) -> String {
        let key = "ns[\(reference.namespace)]-policy[\(reference.name)]-rule[\(ordinal)]"
        guard action == .custom, let provider else { return key }
        return "istio-ext-authz-\(provider)-\(key)"
    }
}

/// A RequestAuthentication with its rules compiled.
struct CompiledRequestAuthentication: Sendable {
    var reference: PolicyReference
    var attachment: Attachment
    /// Indices of ``PolicySet/tokenRules``.
    var rules: Range<Int>
}

/// A PeerAuthentication and the class it belongs to.
struct CompiledPeerAuthentication: Sendable {
    var reference: PolicyReference
    var policy: PeerAuthentication

    /// Where the mode of a port is written; `nil` is that of the workload.
    func location(ofModeAt port: UInt16?) -> SourceLocation {
        port.flatMap { policy.portLocations[$0] } ?? policy.mode?.location ?? reference.location
    }
}
