import AuthzCore
import AuthzPolicy

/// What would be decided of a request if other AuthorizationPolicies stood in the place of those at its workload.
struct PolicyTrial {
    let document: RequestDocument
    let workload: Workload
    let point: DecisionPoint
    /// Everything but AuthorizationPolicies is taken from here.
    var documents: PolicyDocuments
    /// Seconds since 1970.
    let now: Int64

    /// The AuthorizationPolicies that reach the workload.
    var attached: [AuthorizationPolicy] {
        let names = Set(workload.attachedPolicies.map { point.policySet.authorizationPolicies[$0].reference })
        return documents.authorizationPolicies.filter { names.contains($0.reference) }
    }

    /// `nil` where the policies do not compile.
    func point(for policies: [AuthorizationPolicy]) -> DecisionPoint? {
        var changed = documents
        changed.authorizationPolicies = policies
        do throws(InputError) {
            let policySet = try PolicySet.compile(
                changed, mesh: point.policySet.mesh, options: point.policySet.options, after: point.policySet
            ).policySet
            return DecisionPoint(
                policySet: policySet, keySets: point.keySets, options: point.options, generation: point.generation)
        } catch {
            return nil
        }
    }

    /// `nil` where the policies do not compile.
    func decision(by policies: [AuthorizationPolicy]) -> Decision? {
        guard let other = point(for: policies) else { return nil }
        var decider = Decider(now: now)
        return decider.decide(document, for: other.policySet.workload(workload.description), by: other)
    }

    /// Whether a rule holds of the request, where it stands in a policy of some action.
    func holds(_ rule: AuthorizationPolicy.Rule, of policy: AuthorizationPolicy, as action: AuthorizationPolicy.Action)
        -> Bool
    {
        let reason = decision(by: [policy.alone(rule, as: action)])?.reason
        return reason == (action == .deny ? .deniedByPolicy : .allowedByPolicy)
    }

    /// Whether no request is allowed under the policies, for sure.
    func allowsNothing(_ policies: [AuthorizationPolicy]) -> Bool {
        guard let other = point(for: policies) else { return false }
        let workload = other.policySet.workload(workload.description)
        guard other.outcome(of: document, for: workload, now: now) == .deny else { return false }
        var search = NearestRequest(of: document, for: workload, by: other, now: now)
        return search.search().verdict == .none
    }
}

extension AuthorizationPolicy {
    /// A policy of one rule.
    func alone(_ rule: Rule, as action: Action) -> AuthorizationPolicy {
        var policy = self
        policy.action = action
        policy.provider = nil
        policy.isDryRun = false
        policy.rules = [rule]
        return policy
    }
}
