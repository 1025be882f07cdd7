import AuthzCore
import AuthzPolicy

extension Trace {
    mutating func recordCustom(
        _ authorizer: Authorizer, _ request: borrowing CheckRequest, _ facts: Facts, _ workspace: borrowing Workspace,
        denial: Decision?
    ) {
        if coverage != nil { return coverCustom(authorizer, request, facts, workspace) }
        var layer = layer(.custom, authorizer, request, facts, workspace)
        let chain = authorizer.workload.chain(isHTTP: facts.isHTTP)
        layer.notes += chain.custom.filter { $0.provider == .notOnTCP }.map {
            "provider `\($0.name)` speaks HTTP, so its policies are not enforced on a TCP port"
        }
        layer.notes += workspace.custom.map { Self.text($0, of: chain, authorizer) }
        if layer.policies.isEmpty {
            layer.verdict = "none applies"
        } else if denial != nil {
            layer.verdict = "denied"
        } else {
            let isEnforced = chain.custom.isEmpty || chain.custom.contains { $0.provider != .notOnTCP }
            layer.verdict = !workspace.custom.isEmpty ? "passed" : isEnforced ? "no rule matched" : "not enforced"
        }
        layers.append(layer)
    }

    private static func text(
        _ answer: Workspace.CustomAnswer, of chain: Workload.CompiledChain, _ authorizer: Authorizer
    ) -> String {
        let provider = "provider `\(answer.provider)`"
        let effect = "Istio denies what its policies match"
        return switch answer.state {
        case .own, .notOnTCP: "\(provider) is this service: the policy only routes requests here"
        case .other:
            "\(provider) would be asked; its answer is assumed to be \(authorizer.options.customAnswer.rawValue) (`--assume-custom`)"
        case .invalid(.unknown): "\(provider) is not in the mesh settings: \(effect)"
        case .invalid(.badDefinition):
            "\(provider) is invalid (\(problem(of: answer.provider, authorizer))): \(effect)"
        case .invalid(.several):
            "the policies of this workload name the providers \(list(chain.custom.map(\.name))), and Istio serves only one: it denies what they match"
        }
    }

    private static func problem(of provider: String, _ authorizer: Authorizer) -> String {
        let known = authorizer.policySet.mesh.extensionProviders ?? []
        return known.first { $0.name == provider }?.problem ?? ""
    }

    mutating func recordRules(
        _ authorizer: Authorizer, _ chain: Workload.CompiledChain, _ request: borrowing CheckRequest, _ facts: Facts,
        _ workspace: borrowing Workspace, decision: Decision
    ) {
        if coverage != nil { return coverRules(authorizer, request, facts, workspace, decision: decision) }
        if decision.outcome == .deny { tellRequestSlips() }
        var audit = layer(.audit, authorizer, request, facts, workspace)
        if !audit.policies.isEmpty {
            audit.verdict = workspace.audited.isEmpty ? "no rule matched" : "matched, which only marks the request"
            layers.append(audit)
        }
        var deny = layer(.deny, authorizer, request, facts, workspace)
        deny.verdict =
            deny.policies.isEmpty
            ? "none applies"
            : decision.reason == .deniedByPolicy
                ? "matched" : deny.hasMatch ? "only a dry run matched, which denies nothing" : "no rule matched"
        if let result = decision.dryRunDeny { deny.notes.append("dry run alone: \(DecisionReport.dryRunWord(result))") }
        layers.append(deny)
        guard decision.reason != .deniedByPolicy else {
            layers.append(Layer(name: .allow, verdict: "not reached"))
            return
        }
        var allow = layer(.allow, authorizer, request, facts, workspace)
        allow.verdict =
            switch decision.reason {
            case .allowedByPolicy: "matched"
            case .noAllowPolicyMatched:
                "\(allow.hasMatch ? "only a dry run" : "no rule") matched, so the default is deny"
            default:
                allow.policies.isEmpty
                    ? "none applies, so the default is allow" : "none is enforced, so the default is allow"
            }
        if let result = decision.dryRunAllow {
            allow.notes.append("dry run alone: \(DecisionReport.dryRunWord(result))")
        }
        layers.append(allow)
    }

    /// The attached policies of an action with every rule and test; the answers come from the functions that decide.
    private func layer(
        _ name: LayerName, _ authorizer: Authorizer, _ request: borrowing CheckRequest, _ facts: Facts,
        _ workspace: borrowing Workspace
    ) -> Layer {
        let policySet = authorizer.policySet
        let recorder = RuleRecorder(
            program: policySet.program, caution: name == .allow ? .allowing : .denying,
            chain: authorizer.workload.chainKind(isHTTP: facts.isHTTP),
            slips: SlipFinder(policySet, at: authorizer.workload))
        var layer = Layer(name: name, verdict: "")
        let attached = authorizer.workload.attachedPolicies.map { policySet.authorizationPolicies[$0] }
            .filter { $0.action.layer == name }
            .sorted { $0.envoyID(ofRule: 0) < $1.envoyID(ofRule: 0) }
        for policy in attached {
            let rules = policy.rules(on: recorder.chain).enumerated().map { ordinal, rule in
                recorder.step(rule, ordinal: ordinal, policy, request, facts, claims: workspace.claims)
            }
            layer.policies.append(
                PolicyStep(
                    policy: policy.reference, isDryRun: policy.isDryRun, isMatched: rules.contains { $0.isMatched },
                    note: Self.labelRemark(policy, at: authorizer.workload, in: policySet)
                        ?? (rules.isEmpty ? "it has no rules, so it matches nothing" : nil), rules: rules))
        }
        return layer
    }
}

extension Trace.Layer {
    /// Whether a policy matches, and be it a dry run.
    fileprivate var hasMatch: Bool { policies.contains(where: \.isMatched) }
}

extension AuthorizationPolicy.Action {
    var layer: Trace.LayerName {
        switch self {
        case .allow: .allow
        case .deny: .deny
        case .audit: .audit
        case .custom: .custom
        }
    }
}
