import AuthzCore
import AuthzPolicy

/// A denied request with what its decision saw: it is decided once for all that is told of it beside the changes.
struct Denial {
    let document: RequestDocument
    let workload: Workload
    let point: DecisionPoint
    let now: Int64
    let decision: Decision
    /// As the decision left it.
    let request: CheckRequest
    let facts: Facts
    let claims: VerifiedClaims
    /// The tests that deny it: those of the DENY rule that ask for something, or those that the nearest ALLOW rule lacks. None over TCP,
    /// and where no rule is the reason.
    let lacking: [Program.Test]
    /// The ALLOW rule that came closest; `nil` where none is there, or no lack of one is the reason.
    let nearest: Program.Rule?

    var policySet: PolicySet { point.policySet }
    var program: Program { policySet.program }

    init(of document: RequestDocument, for workload: Workload, by point: DecisionPoint, now: Int64) {
        self.document = document
        self.workload = workload
        self.point = point
        self.now = now
        var decider = Decider(now: now)
        decision = decider.decide(document, for: workload, by: point)
        request = decider.request
        facts = decider.facts(for: workload)
        claims = decider.workspace.claims
        nearest =
            decision.reason == .noAllowPolicyMatched && facts.isHTTP
            ? NearestRule(policySet: point.policySet, workload: workload, seeksSlips: true)
                .find(for: decider.request, in: decider.workspace) : nil
        lacking = Self.lacking(decision, decider, facts, workload, point.policySet, nearest)
    }

    /// The DENY rule that denies it; `nil` where none does.
    var rule: Program.Rule? {
        decision.reason == .deniedByPolicy
            ? policySet.rule(determining: decision, on: workload.chainKind(isHTTP: facts.isHTTP)) : nil
    }

    private static func lacking(
        _ decision: Decision, _ decider: Decider, _ facts: Facts, _ workload: Workload, _ policySet: PolicySet,
        _ nearest: Program.Rule?
    ) -> [Program.Test] {
        guard facts.isHTTP else { return [] }
        let program = policySet.program
        switch decision.reason {
        case .deniedByPolicy:
            // What a DENY rule names holds, or is of an alternative that does not.
            return policySet.rule(determining: decision, on: workload.chainKind(isHTTP: true))
                .map { FieldTests.tests(of: $0, in: program).map { program.tests[Int($0)] }.filter(\.isNegated) } ?? []
        case .noAllowPolicyMatched:
            guard let rule = nearest else { return [] }
            return [rule.permissions, rule.principals].flatMap { side in
                let failing = side.map {
                    program.failing($0, decider.request, facts, claims: decider.workspace.claims)
                }
                return failing.min { $0.count < $1.count } ?? []
            }.map { program.tests[Int($0)] }
        default: return []
        }
    }
}

extension PolicySet {
    /// The compiled rule that fixed a decision; `nil` where that was no rule, or is none on this kind of chain.
    func rule(determining decision: Decision, on chain: FilterChain) -> Program.Rule? {
        guard case .rule(let policy, let ordinal) = decision.determining else { return nil }
        return authorizationPolicies[policy].rules(on: chain)[ordinal].rule
    }
}
