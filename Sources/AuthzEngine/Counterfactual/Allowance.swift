import AuthzCore
import AuthzPolicy

/// What an allowed request owes its answer to.
package struct Allowance: Sendable {
    /// The rules of ALLOW policies that match, in Envoy's order. Empty where no ALLOW policy reaches the workload: then nothing had to
    /// allow the request.
    package var rules: [DecisionReport.PolicyMatch]
    /// Whether the request is denied without the one rule: decided by the policies without it.
    package var isAlone: Bool
    /// The CUSTOM providers that would be asked, and are taken to allow it.
    package var providers: [String]

    /// `nil` where the request is denied, or allowed before any rule is asked.
    init?(
        of document: RequestDocument, for workload: Workload, by point: DecisionPoint, documents: PolicyDocuments,
        now: Int64
    ) {
        var decider = Decider(now: now)
        let decision = decider.decide(document, for: workload, by: point)
        guard decision.outcome == .allow, let facts = decider.workspace.facts else { return nil }
        let policySet = point.policySet
        let holding = workload.chain(isHTTP: facts.isHTTP).allow.enforced.rules.filter {
            policySet.program.holds(
                $0, for: decider.request, facts, claims: decider.workspace.claims, caution: .allowing)
        }
        rules = holding.compactMap { policySet.match($0) }
        providers = decider.workspace.custom.filter { $0.state == .other }.map(\.provider)
        isAlone = false
        guard holding.count == 1, let rule = rules.first,
            let without = documents.without(rule), let set = Self.compile(without, like: policySet)
        else { return }
        let changed = DecisionPoint(policySet: set, keySets: point.keySets, options: point.options)
        isAlone = !decider.allows(document, for: set.workload(workload.description), by: changed)
    }

    private static func compile(_ documents: PolicyDocuments, like policySet: PolicySet) -> PolicySet? {
        do throws(InputError) {
            return try PolicySet.compile(documents, mesh: policySet.mesh, options: policySet.options).policySet
        } catch {
            return nil
        }
    }
}

extension PolicyDocuments {
    /// The documents without a rule of an AuthorizationPolicy; `nil` where there is none such.
    fileprivate func without(_ match: DecisionReport.PolicyMatch) -> PolicyDocuments? {
        var result = self
        let index = result.authorizationPolicies.firstIndex {
            $0.metadata.namespace == match.policy.namespace && $0.metadata.name == match.policy.name
        }
        guard let index, let rule = match.rule, result.authorizationPolicies[index].rules.indices.contains(rule - 1)
        else { return nil }
        result.authorizationPolicies[index].rules.remove(at: rule - 1)
        return result
    }
}
