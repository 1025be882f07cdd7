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
    package init(
        of document: RequestDocument, for workload: Workload?, by point: DecisionPoint, documents: PolicyDocuments,
        outcome: Decision.Outcome, now: Int64
    ) {
        guard let workload else { return }
        switch outcome {
        case .allow:
            allowance = Allowance(of: document, for: workload, by: point, documents: documents, now: now)
        case .deny:
            var nearestRequest = NearestRequest(of: document, for: workload, by: point, now: now)
            request = nearestRequest.search()
            var nearestPolicy = NearestPolicy(
                of: document, for: workload, by: point, documents: documents, now: now)
            policy = nearestPolicy.search()
        }
    }
}

extension RequestChange.Edit {
    /// What differs between two requests, field by field.
    ///
    /// - Parameter workload: Of the first; it says where tokens stand. `nil` where nobody knows it.
    package static func differences(
        from old: RequestDocument, to new: RequestDocument, for workload: Workload?, in policySet: PolicySet
    ) -> [RequestChange.Edit] {
        let places = workload.map { TokenPlaces(of: $0, in: policySet) }
        let headers = Set(((old.request?.headers ?? []) + (new.request?.headers ?? [])).map { $0.name.lowercased() })
        let fields: [RequestField] =
            [.method, .path, .host] + headers.sorted().map { .header($0) }
            + [.scheme, .port, .sni, .destinationIP, .principal, .sourceIP, .remoteIP]
        var edits = fields.map { RequestChange.Edit($0, from: old, to: new, places: places ?? TokenPlaces()) }
        edits.append(RequestChange.Edit(.token, from: old, to: new, places: places ?? TokenPlaces()))
        return edits.filter { $0.from != $0.to }
    }
}
