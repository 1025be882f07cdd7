import AuthzCore
import AuthzPolicy

/// Selects the policies that reach a workload and puts their rules in Envoy's order.
struct WorkloadBuilder {
    private let mesh: MeshSettings
    private let program: Program
    private let options: CompileOptions
    private let authorizationPolicies: [CompiledAuthorizationPolicy]
    private let requestAuthentications: [CompiledRequestAuthentication]
    private let peerAuthentications: [CompiledPeerAuthentication]
    private let tokenRules: [TokenRule]
    private let serviceEntries: Set<ServiceName>

    init(_ parts: PolicySetParts) {
        mesh = parts.mesh
        program = parts.program
        options = parts.options
        authorizationPolicies = parts.authorizationPolicies
        requestAuthentications = parts.requestAuthentications
        peerAuthentications = parts.peerAuthentications
        tokenRules = parts.tokenRules
        serviceEntries = parts.serviceEntries
    }

    init(_ policySet: PolicySet) {
        mesh = policySet.mesh
        program = policySet.program
        options = policySet.options
        authorizationPolicies = policySet.authorizationPolicies
        requestAuthentications = policySet.requestAuthentications
        peerAuthentications = policySet.peerAuthentications
        tokenRules = policySet.tokenRules
        serviceEntries = policySet.serviceEntries
    }

    func build(_ workload: WorkloadDescription) -> Workload {
        let enforcer = enforcer(of: workload)
        let attached = authorizationPolicies.indices.filter { index in
            attachment(of: authorizationPolicies[index], to: workload) == .attached
        }
        let rules = attachedTokenRules(workload)
        return Workload(
            workload,
            enforcer: enforcer,
            attachedPolicies: attached,
            http: enforcer == .envoy ? chain(attached, .http) : Workload.Chain(),
            connections: chain(attached, enforcer == .envoy ? .tcp : .ztunnel),
            peerAuthentication: effectivePeerAuthentication(workload),
            tokenRules: rules,
            outputHeaders: Set(rules.flatMap { tokenRules[$0].outputHeaders }).sorted {
                $0.lexicographicallyPrecedes($1)
            })
    }

    /// ztunnel stands before ordinary workloads of the ambient profile; gateways and waypoints are Envoys everywhere.
    private func enforcer(of workload: WorkloadDescription) -> Workload.Enforcer {
        options.profile == .ambient && workload.role == .sidecar ? .ztunnel : .envoy
    }

    /// Whether an AuthorizationPolicy reaches the workload and its enforcer.
    func attachment(
        of policy: CompiledAuthorizationPolicy, to workload: WorkloadDescription
    ) -> AttachmentOutcome {
        let outcome = attachment(policy.attachment, of: policy.reference, to: workload)
        guard outcome == .attached, enforcer(of: workload) == .ztunnel, policy.ztunnel == nil else { return outcome }
        return policy.isDryRun ? .dryRunAtZtunnel : .actionAtZtunnel(policy.action)
    }

    /// Whether a RequestAuthentication reaches the workload and its enforcer.
    func attachment(
        of policy: CompiledRequestAuthentication, to workload: WorkloadDescription
    ) -> AttachmentOutcome {
        let outcome = attachment(policy.attachment, of: policy.reference, to: workload)
        return outcome == .attached && enforcer(of: workload) == .ztunnel ? .tokensAtZtunnel : outcome
    }

    /// Whether a PeerAuthentication may reach the workload. Of several that do, one counts.
    func attachment(of policy: CompiledPeerAuthentication, to workload: WorkloadDescription) -> AttachmentOutcome {
        // What says that they do not apply is told of the connection.
        guard workload.role == .sidecar else { return .attached }
        let namespace = policy.reference.namespace
        guard namespace == mesh.rootNamespace else {
            guard namespace == workload.namespace else { return .otherNamespace }
            return AttachmentOutcome.selection(policy.policy.matchLabels, of: workload.labels)
        }
        return policy.policy.matchLabels.isEmpty ? .attached : .selectorInRootNamespace
    }

    private func attachment(
        _ attachment: Attachment, of policy: PolicyReference, to workload: WorkloadDescription
    ) -> AttachmentOutcome {
        guard namespaces(of: workload).contains(policy.namespace) else { return .otherNamespace }
        return .of(attachment, policyNamespace: policy.namespace, at: workload, mesh: mesh) { service in
            serviceEntries.contains(service)
        }
    }

    /// The namespaces whose policies are looked at, in the order of RequestAuthentication.
    private func namespaces(of workload: WorkloadDescription) -> [String] {
        var namespaces = [workload.namespace]
        for namespace in [mesh.rootNamespace, workload.service?.namespace].compactMap(\.self)
        where !namespaces.contains(namespace) {
            namespaces.append(namespace)
        }
        return namespaces
    }

    // MARK: AuthorizationPolicy

    private func chain(_ attached: [Int], _ kind: FilterChain) -> Workload.Chain {
        var chain = Workload.Chain()
        var rules: [RuleGroup: [Program.Rule]] = [:]
        for index in attached {
            let policy = authorizationPolicies[index]
            let group = RuleGroup(policy)
            rules[group, default: []] += policy.rules(on: kind).compactMap(\.rule)
            switch (policy.action, policy.isDryRun) {
            case (.allow, true): chain.allow.isDryRun = true
            case (.allow, false): chain.allow.isEnforced = true
            case (.deny, true): chain.deny.isDryRun = true
            case (.deny, false): chain.deny.isEnforced = true
            case (.audit, _), (.custom, _): break
            }
        }
        let providers = rules.keys.compactMap(\.provider).sorted()
        for (group, unordered) in rules {
            let ordered = inEnvoyOrder(unordered)
            switch group.action {
            case .allow: chain.allow[isDryRun: group.isDryRun] = ruleList(ordered)
            case .deny: chain.deny[isDryRun: group.isDryRun] = ruleList(ordered)
            case .audit: chain.audit = ordered
            case .custom: break
            }
        }
        chain.custom = providers.map { name in
            Workload.CustomGroup(
                name: name, provider: provider(name, of: providers.count, on: kind),
                rules: ruleList(inEnvoyOrder(rules[RuleGroup(provider: name)] ?? [])))
        }
        return chain
    }

    private func ruleList(_ ordered: [Program.Rule]) -> RuleList {
        RuleList(ordered, in: program, indexThreshold: options.ruleIndexThreshold)
    }

    /// Which rules are tried together.
    private struct RuleGroup: Hashable {
        var action: AuthorizationPolicy.Action
        var isDryRun = false
        /// Of CUSTOM policies.
        var provider: String?

        init(_ policy: CompiledAuthorizationPolicy) {
            action = policy.action
            if action == .custom { provider = policy.provider ?? "" } else { isDryRun = policy.isDryRun }
        }

        init(provider: String) {
            action = .custom
            self.provider = provider
        }
    }

    /// What istiod makes of a provider (AuthorizationPolicy dossier 12.2); without mesh settings every name is known.
    ///
    /// - Parameter count: How many providers the workload's policies name. Only one is served, since
    ///   `PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS` is off.
    private func provider(_ name: String, of count: Int, on chain: FilterChain) -> Workload.CustomGroup.Provider {
        if let known = mesh.extensionProviders {
            if count > 1 { return .invalid(.several) }
            guard let provider = known.first(where: { $0.name == name }) else { return .invalid(.unknown) }
            if provider.problem != nil { return .invalid(.badDefinition) }
            if chain == .tcp, provider.transport == .http { return .notOnTCP }
        }
        return name == options.ownProvider ? .own : .other
    }

    private func inEnvoyOrder(_ rules: [Program.Rule]) -> [Program.Rule] {
        rules
            .map { (key: Array(authorizationPolicies[Int($0.policy)].envoyID(ofRule: Int($0.ordinal)).utf8), rule: $0) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map(\.rule)
    }

    // MARK: RequestAuthentication

    /// The rules of all that reach the workload, by issuer (request authentication dossier 2.1).
    private func attachedTokenRules(_ workload: WorkloadDescription) -> [Int] {
        let attached = requestAuthentications.filter { attachment(of: $0, to: workload) == .attached }
        let namespaces = namespaces(of: workload)
        // INVARIANT: the policies are in order of creation, name and namespace, and sorting by issuer keeps what is equal.
        let rules = namespaces.flatMap { namespace in
            attached.filter { $0.reference.namespace == namespace }.flatMap { Array($0.rules) }
        }
        return rules.enumerated().sorted { left, right in
            let issuers = (tokenRules[left.element].issuer.utf8, tokenRules[right.element].issuer.utf8)
            return issuers.0.elementsEqual(issuers.1)
                ? left.offset < right.offset : issuers.0.lexicographicallyPrecedes(issuers.1)
        }.map(\.element)
    }

    // MARK: PeerAuthentication

    /// One policy of each class, the narrowest mode that is set wins (selection dossier 1.2).
    private func effectivePeerAuthentication(_ workload: WorkloadDescription) -> EffectivePeerAuthentication {
        var mesh: Int?
        var namespace: Int?
        var own: Int?
        // INVARIANT: in order of creation, name and namespace, so the first of a class is the one that counts.
        for index in peerAuthentications.indices {
            let policy = peerAuthentications[index].policy
            let isInRoot = policy.metadata.namespace == self.mesh.rootNamespace
            guard isInRoot || policy.metadata.namespace == workload.namespace else { continue }
            if policy.matchLabels.isEmpty {
                if isInRoot { mesh = mesh ?? index } else { namespace = namespace ?? index }
            } else if !isInRoot, AttachmentOutcome.selection(policy.matchLabels, of: workload.labels) == .attached {
                own = own ?? index
            }
        }
        var setting = EffectivePeerAuthentication.Setting(mode: .permissive, policy: nil)
        var inherited = setting.mode
        for index in [mesh, namespace, own].compactMap(\.self) {
            if let mode = peerAuthentications[index].policy.mode {
                inherited = setting.mode
                setting = EffectivePeerAuthentication.Setting(mode: mode.value, policy: index)
            }
        }
        var ports: [UInt16: EffectivePeerAuthentication.Setting] = [:]
        if let own {
            for (port, mode) in peerAuthentications[own].policy.portModes {
                var portSetting = setting
                portSetting.isInherited = true
                if let mode { portSetting = EffectivePeerAuthentication.Setting(mode: mode, policy: own, port: port) }
                ports[port] = portSetting
            }
        }
        return EffectivePeerAuthentication(workload: setting, inherited: inherited, ports: ports)
    }
}

extension Workload.Engine {
    subscript(isDryRun isDryRun: Bool) -> RuleList {
        get { isDryRun ? dryRun : enforced }
        set { if isDryRun { dryRun = newValue } else { enforced = newValue } }
    }
}

extension TokenRule {
    /// Whether the rule writes a header of this name.
    func writes(_ name: [UInt8]) -> Bool {
        payloadHeader == name || claimHeaders.contains { $0.header == name }
    }

    /// Names of the headers that the rule writes, in lower case.
    var outputHeaders: [[UInt8]] {
        (payloadHeader.map { [$0] } ?? []) + claimHeaders.map(\.header)
    }
}
