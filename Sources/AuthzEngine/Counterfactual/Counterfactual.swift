import AuthzCore
package import AuthzPolicy

/// What would have to be otherwise for another answer: of a denied request the smallest changes after which it is allowed, of an
/// allowed one the rules that it hangs on.
package struct Counterfactual: Sendable {
    /// Of a denied request.
    package var request: RequestChanges?
    /// Of a denied request.
    package var policy: PolicyChanges?
    /// Of an allowed request.
    package var allowance: Allowance?

    package init(
        request: RequestChanges? = nil, policy: PolicyChanges? = nil, allowance: Allowance? = nil
    ) {
        self.request = request
        self.policy = policy
        self.allowance = allowance
    }

    /// - Parameters:
    ///   - documents: What the policies of `point` were compiled from, with their texts.
    ///   - now: Seconds since 1970.
    ///   - preferred: `namespace/name` of the policy that is to allow the request, and is changed first.
    package init(
        of document: RequestDocument, for workload: Workload?, by point: DecisionPoint, documents: PolicyDocuments,
        outcome: Decision.Outcome, now: Int64, preferring preferred: String? = nil
    ) {
        guard let workload else { return }
        switch outcome {
        case .allow:
            allowance = Allowance(of: document, for: workload, by: point, documents: documents, now: now)
        case .deny:
            var nearestRequest = NearestRequest(of: document, for: workload, by: point, now: now)
            request = nearestRequest.search()
            var nearestPolicy = NearestPolicy(
                of: document, for: workload, by: point, documents: documents, now: now, preferring: preferred)
            policy = nearestPolicy.search()
        }
    }
}
