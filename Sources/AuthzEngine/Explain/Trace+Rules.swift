import AuthzCore
import AuthzPolicy

extension Trace {
    mutating func recordCustom(
        _ authorizer: Authorizer, _ request: borrowing CheckRequest, _ facts: Facts, _ workspace: borrowing Workspace,
        denial: Decision?
    ) {
        var layer = layer(.custom, authorizer, request, facts, workspace)
        for answer in workspace.custom {
            switch answer.state {
            case .own:
                layer.notes.append(
                    "provider `\(answer.provider)` is this service: the policy only routes requests here")
            case .other:
                layer.notes.append(
                    "provider `\(answer.provider)` would be asked; its answer is assumed to be \(authorizer.options.customAnswer.rawValue) (`--assume-custom`)"
                )
            case .invalid:
                layer.notes.append(
                    "provider `\(answer.provider)` is unknown, or one of several: Istio denies what the policy matches")
            }
        }
        if layer.policies.isEmpty {
            layer.verdict = "none applies"
        } else if denial != nil {
            layer.verdict = "denied"
        } else {
            layer.verdict = workspace.custom.isEmpty ? "no rule matched" : "passed"
        }
        layers.append(layer)
    }

    mutating func recordRules(
        _ authorizer: Authorizer, _ chain: Workload.Chain, _ request: borrowing CheckRequest, _ facts: Facts,
        _ workspace: borrowing Workspace, decision: Decision
    ) {
        var audit = layer(.audit, authorizer, request, facts, workspace)
        if !audit.policies.isEmpty {
            audit.verdict = workspace.audited.isEmpty ? "no rule matched" : "matched, which only marks the request"
            layers.append(audit)
        }
        var deny = layer(.deny, authorizer, request, facts, workspace)
        deny.verdict =
            deny.policies.isEmpty
            ? "none applies" : decision.reason == .deniedByPolicy ? "matched" : "no rule matched"
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
            case .noAllowPolicyMatched: "no rule matched, so the default is deny"
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
            chain: authorizer.workload.chainKind(isHTTP: facts.isHTTP))
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
                    note: rules.isEmpty ? "it has no rules, so it matches nothing" : nil, rules: rules))
        }
        return layer
    }
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
