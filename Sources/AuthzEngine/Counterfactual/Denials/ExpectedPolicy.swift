import AuthzCore
package import AuthzPolicy

/// Why a policy does not decide a request that is expected to.
package struct ExpectedPolicy {
    private let workload: Workload
    private let policySet: PolicySet
    private let decider: Decider
    private let decision: Decision
    private let facts: Facts

    /// - Parameter now: Seconds since 1970.
    package init(of document: RequestDocument, for workload: Workload, by point: DecisionPoint, now: Int64) {
        self.workload = workload
        policySet = point.policySet
        var decider = Decider(now: now)
        decision = decider.decide(document, for: workload, by: point)
        self.decider = decider
        facts = decider.facts(for: workload)
    }

    /// `nil` where it does decide, and of a policy that is none of AuthorizationPolicy, a dry run or not there.
    ///
    /// - Parameters:
    ///   - name: `namespace/name`.
    ///   - rule: The rule of it that is expected, from 1.
    package func sentence(_ name: String, rule: Int?) -> String? {
        guard let index = policySet.authorizationPolicies.firstIndex(where: { $0.reference.qualifiedName == name }),
            !policySet.authorizationPolicies[index].isDryRun
        else { return nil }
        let policy = policySet.authorizationPolicies[index]
        let start = "\(name.quoted) (\(policy.reference.location))"
        let attachment = WorkloadBuilder(policySet).attachment(of: policy, to: workload.description)
        if let reason = attachment.reason(policyNamespace: policy.reference.namespace, at: workload) {
            return "\(start) does not reach \(workload.displayName.quoted): \(reason)"
        }
        switch policy.action {
        case .audit:
            return
                "\(start) is AUDIT, which only marks what it matches: is `action: DENY` meant? if not, expect it in `audit`"
        case .custom: return nil
        case .allow, .deny: break
        }
        if let obstacle = obstacle(of: policy.action) { return "\(start) is not asked: \(obstacle)" }
        return verdict(policy, start, rule: rule)
    }

    /// What ends the decision before policies of an action are asked.
    private func obstacle(of action: AuthorizationPolicy.Action) -> String? {
        switch decision.reason {
        case .allowedByPolicy, .noPolicyApplies, .noAllowPolicyMatched: return nil
        case .deniedByPolicy:
            guard action == .allow, let match = policySet.match(decision.determining) else { return nil }
            return
                "\(match.policy.qualifiedName.quoted), rule \(match.rule ?? 1) (\(match.location)) denies this, and DENY goes first"
        default: return "the request is refused before, as \(decision.reason.rawValue.quoted)"
        }
    }

    /// What its rules make of the request.
    private func verdict(_ policy: CompiledAuthorizationPolicy, _ start: String, rule: Int?) -> String? {
        let chain = workload.chainKind(isHTTP: facts.isHTTP)
        let recorder = RuleRecorder(
            program: policySet.program, caution: policy.action == .allow ? .allowing : .denying, chain: chain,
            slips: SlipFinder(policySet, at: workload))
        let steps = policy.rules(on: chain).enumerated().map { ordinal, compiled in
            recorder.step(
                compiled, ordinal: ordinal, policy, decider.request, facts, claims: decider.workspace.claims)
        }
        guard !steps.isEmpty else {
            return policy.action == .allow
                ? "\(start) has no rules, so it is never the one that decides: a denial for want of an ALLOW rule has `policy: null`"
                : "\(start) has no rules, so it matches nothing"
        }
        let own = policySet.match(decision.determining)
        if let match = own, match.policy == policy.reference, rule == nil || match.rule == rule { return nil }
        let asked = steps.filter { rule == nil || $0.number == rule }
        if let holding = asked.first(where: \.isMatched) {
            guard let own else { return nil }
            return
                "\(start), rule \(holding.number) matches, too: of several that do, the first by namespace and name decides, and that is \(own.policy.qualifiedName.quoted)"
        }
        guard let nearest = asked.min(by: { failures($0) < failures($1) }) else {
            return "\(start) has no rule \(rule ?? 0)"
        }
        if let omission = nearest.omission { return "\(start), rule \(nearest.number) is left out: \(omission)" }
        let lacks = nearest.closestFailures.map { "\($0.field.quoted): \($0.slip ?? $0.sentence)" }
        return "\(start), rule \(nearest.number) does not match: \(lacks.joined(separator: "; "))"
    }

    private func failures(_ step: Trace.RuleStep) -> (Int, Int) {
        (step.omission == nil ? step.closestFailures.count : .max, step.number)
    }
}
