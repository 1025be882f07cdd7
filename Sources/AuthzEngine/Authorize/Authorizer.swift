import AuthzCore

/// Tries the AuthorizationPolicy rules of a workload (AuthorizationPolicy dossier 1, 10).
///
/// A value of it is made for explain. A decision passes what is in it one by one: made for each, it would retain both objects.
struct Authorizer {
    let policySet: PolicySet
    let workload: Workload
    let options: EvaluationOptions

    // MARK: CUSTOM

    /// The denial of a CUSTOM provider, which comes before the token is looked at; `nil` where none denies.
    static func custom(
        _ chain: Workload.CompiledChain, for workload: Workload, in policySet: PolicySet, _ options: EvaluationOptions,
        _ request: borrowing CheckRequest, _ facts: Facts, workspace: inout Workspace, trace: inout Trace?
    ) -> Decision? {
        var denial: Decision?
        for group in chain.custom where denial == nil && group.provider != .notOnTCP {
            guard
                let rule = group.rules.firstMatch(
                    in: policySet.program, for: request, facts, claims: workspace.claims, caution: .denying)
            else { continue }
            workspace.custom.append(Workspace.CustomAnswer(provider: group.name, rule: rule, state: group.provider))
            let determining = Decision.Determining.rule(policy: Int(rule.policy), ordinal: Int(rule.ordinal))
            switch group.provider {
            case .own, .notOnTCP: continue
            case .other:
                guard options.customAnswer == .deny else { continue }
                denial = refusal(.deniedByCustom, facts, determining: determining)
                denial?.body = .none
            case .invalid: denial = refusal(.customProviderInvalid, facts, determining: determining)
            }
        }
        if trace != nil {
            record(denial, for: workload, in: policySet, options, request, facts, workspace, trace: &trace)
        }
        return denial
    }

    // MARK: AUDIT, DENY, ALLOW

    /// The decision of the rules, once the token has been verified or found missing.
    static func authorize(
        _ chain: Workload.CompiledChain, for workload: Workload, in policySet: PolicySet, _ options: EvaluationOptions,
        _ request: borrowing CheckRequest, _ facts: Facts, workspace: inout Workspace, trace: inout Trace?
    ) -> Decision {
        for rule in chain.audit
        where policySet.program.holds(rule, for: request, facts, claims: workspace.claims, caution: .denying) {
            workspace.audited.append(rule)
        }
        let decision = decision(chain, policySet.program, request, facts, claims: workspace.claims)
        if trace != nil {
            record(decision, chain, for: workload, in: policySet, options, request, facts, workspace, trace: &trace)
        }
        return decision
    }

    // Never inlined, for what they retain would be retained by each decision.

    @inline(never)
    private static func record(
        _ denial: Decision?, for workload: Workload, in policySet: PolicySet, _ options: EvaluationOptions,
        _ request: borrowing CheckRequest, _ facts: Facts, _ workspace: borrowing Workspace, trace: inout Trace?
    ) {
        let authorizer = Authorizer(policySet: policySet, workload: workload, options: options)
        trace?.recordCustom(authorizer, request, facts, workspace, denial: denial)
    }

    @inline(never)
    private static func record(
        _ decision: Decision, _ chain: Workload.CompiledChain, for workload: Workload, in policySet: PolicySet,
        _ options: EvaluationOptions, _ request: borrowing CheckRequest, _ facts: Facts,
        _ workspace: borrowing Workspace, trace: inout Trace?
    ) {
        let authorizer = Authorizer(policySet: policySet, workload: workload, options: options)
        trace?.recordRules(authorizer, chain, request, facts, workspace, decision: decision)
    }

    private static func decision(
        _ chain: Workload.CompiledChain, _ program: borrowing Program, _ request: borrowing CheckRequest,
        _ facts: Facts, claims: borrowing VerifiedClaims
    ) -> Decision {
        let denyDryRun = dryRun(chain.deny, program, request, facts, claims: claims, caution: .denying, onMatch: .deny)
        if let rule = chain.deny.enforced.firstMatch(
            in: program, for: request, facts, claims: claims, caution: .denying)
        {
            var denial = refusal(
                .deniedByPolicy, facts, determining: .rule(policy: Int(rule.policy), ordinal: Int(rule.ordinal)))
            denial.note(denyDryRun: denyDryRun)
            return denial
        }
        let allowDryRun = dryRun(
            chain.allow, program, request, facts, claims: claims, caution: .allowing, onMatch: .allow)
        var decision: Decision
        if !chain.allow.isEnforced {
            decision = Decision(.allow, .noPolicyApplies, status: facts.isHTTP ? 200 : 0)
        } else if let rule = chain.allow.enforced.firstMatch(
            in: program, for: request, facts, claims: claims, caution: .allowing)
        {
            decision = Decision(
                .allow, .allowedByPolicy, status: facts.isHTTP ? 200 : 0,
                determining: .rule(policy: Int(rule.policy), ordinal: Int(rule.ordinal)))
        } else {
            decision = refusal(.noAllowPolicyMatched, facts, determining: .none)
        }
        decision.note(denyDryRun: denyDryRun)
        decision.note(allowDryRun: allowDryRun)
        return decision
    }

    /// What dry-run policies would have decided by themselves, and the first one that matched.
    struct DryRun {
        var outcome: Decision.Outcome
        var policy: Int?
    }

    /// What the dry-run policies of an action would have decided; `nil` where there are none.
    private static func dryRun(
        _ engine: borrowing Workload.Engine, _ program: borrowing Program, _ request: borrowing CheckRequest,
        _ facts: Facts, claims: borrowing VerifiedClaims, caution: Caution, onMatch: Decision.Outcome
    ) -> DryRun? {
        guard engine.isDryRun else { return nil }
        let match = engine.dryRun.firstMatch(
            in: program, for: request, facts, claims: claims, caution: caution)
        guard let match else { return DryRun(outcome: onMatch == .deny ? .allow : .deny, policy: nil) }
        return DryRun(outcome: onMatch, policy: Int(match.policy))
    }

    private static func refusal(_ reason: Reason, _ facts: Facts, determining: Decision.Determining)
        -> Decision
    {
        Decision(
            .deny, reason, status: facts.isHTTP ? 403 : 0, body: facts.isHTTP ? .accessDenied : .none,
            determining: determining)
    }
}

extension Decision {
    fileprivate mutating func note(denyDryRun result: Authorizer.DryRun?) {
        dryRunDeny = result?.outcome
        dryRunDenyPolicy = result?.policy
    }

    fileprivate mutating func note(allowDryRun result: Authorizer.DryRun?) {
        dryRunAllow = result?.outcome
        dryRunAllowPolicy = result?.policy
    }
}
