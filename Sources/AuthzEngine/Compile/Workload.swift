import AuthzCore
import AuthzPolicy

/// A destination with the policies that reach it, ready to decide. Immutable and shared; a class so that a request carries
/// it without copying.
package final class Workload: Sendable {
    /// Which proxy enforces the policies.
    package enum Role: String, Sendable { case sidecar, gateway, waypoint }

    /// The compiled policies of one kind of filter chain, each list in Envoy's order of keys.
    struct Chain: Sendable {
        /// By provider, in the order of their names.
        var custom: [CustomGroup] = []
        var audit: [Program.Rule] = []
        var deny = Engine()
        var allow = Engine()
    }

    /// A chain that is complete. A class so that a request reads it without copying its lists.
    final class CompiledChain: Sendable {
        let custom: [CustomGroup]
        let audit: [Program.Rule]
        let deny: Engine
        let allow: Engine

        init(_ chain: Chain) {
            custom = chain.custom
            audit = chain.audit
            deny = chain.deny
            allow = chain.allow
        }
    }

    /// The rules of one action, enforced and dry run.
    struct Engine: Sendable {
        var enforced = RuleList.empty
        var dryRun = RuleList.empty
        /// Whether a policy of this kind is attached, even without rules.
        var isEnforced = false
        var isDryRun = false
    }

    /// The CUSTOM rules of one provider.
    struct CustomGroup: Sendable {
        /// What istiod makes of the provider.
        enum Provider: Sendable, Equatable {
            /// This service: the rule only routes requests here.
            case own
            /// Asked over the network in a mesh; here its answer is assumed.
            case other
            /// It speaks HTTP, and istiod puts no such provider on a TCP chain: nothing happens.
            case notOnTCP
            /// istiod denies what the rules match.
            case invalid(Problem)
        }

        enum Problem: Sendable, Equatable {
            /// The mesh settings do not define it.
            case unknown
            /// The mesh settings define it in a way that cannot be used.
            case badDefinition
            /// The policies of the workload name several providers.
            case several
        }

        var name: String
        var provider: Provider
        var rules: RuleList
    }

    /// What enforces the policies of a workload.
    enum Enforcer: Sendable {
        /// The Envoy of a sidecar, gateway or waypoint.
        case envoy
        /// The node's ztunnel, which sees connections and their peers alone.
        case ztunnel
    }

    let description: WorkloadDescription
    let enforcer: Enforcer
    /// Indices of the attached ``PolicySet/authorizationPolicies``.
    let attachedPolicies: [Int]
    private let http: CompiledChain
    /// The one chain at ztunnel.
    private let connections: CompiledChain
    let peerAuthentication: EffectivePeerAuthentication
    /// Indices of ``PolicySet/tokenRules``, sorted by issuer.
    let tokenRules: [Int]
    /// Names of all output headers of these rules, in lower case.
    let outputHeaders: [[UInt8]]

    init(
        _ description: WorkloadDescription, enforcer: Enforcer, attachedPolicies: [Int], http: Chain,
        connections: Chain,
        peerAuthentication: EffectivePeerAuthentication, tokenRules: [Int], outputHeaders: [[UInt8]]
    ) {
        self.description = description
        self.enforcer = enforcer
        self.attachedPolicies = attachedPolicies
        self.http = CompiledChain(http)
        self.connections = CompiledChain(connections)
        self.peerAuthentication = peerAuthentication
        self.tokenRules = tokenRules
        self.outputHeaders = outputHeaders
    }

    package var role: Role { description.role }

    /// Whether the enforcer reads the requests on a connection.
    var readsHTTP: Bool { enforcer == .envoy }

    /// The kind of chain that evaluates a request, or a connection that carries no HTTP.
    func chainKind(isHTTP: Bool) -> FilterChain {
        switch enforcer {
        case .envoy: isHTTP ? .http : .tcp
        case .ztunnel: .ztunnel
        }
    }

    /// The rules on that chain.
    func chain(isHTTP: Bool) -> CompiledChain { isHTTP && readsHTTP ? http : connections }

    /// `namespace/name`; of one that has no name the Gateway or waypoint that it is, or its namespace and labels.
    package var displayName: String {
        if let name = description.name { return "\(description.namespace)/\(name)" }
        if let name = description.nameOfGateway { return name }
        let pairs = description.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return pairs.isEmpty ? description.namespace : "\(description.namespace)/{\(pairs.joined(separator: ","))}"
    }
}

/// A Service by name and namespace.
package struct ServiceName: Sendable, Hashable {
    package var name: String
    package var namespace: String

    package init(name: String, namespace: String) {
        self.name = name
        self.namespace = namespace
    }
}

/// The mutual TLS mode of a workload's ports and the policies that set it.
struct EffectivePeerAuthentication: Sendable {
    struct Setting: Sendable {
        var mode: PeerAuthentication.Mode
        /// Index of the policy; `nil` for Istio's default.
        var policy: Int?
        /// Whose own mode it is; `nil` for that of the workload.
        var port: UInt16?
        /// Whether it is that of the workload, at a port that is written without one.
        var isInherited = false
    }

    var workload: Setting
    /// What the workload would have without the policy that sets its mode.
    var inherited: PeerAuthentication.Mode
    var ports: [UInt16: Setting]

    func setting(forPort port: UInt16) -> Setting { ports[port] ?? workload }
}
