import AuthzCore
package import AuthzPolicy

/// Decides documents one after the other.
struct Decider {
    let now: Int64
    private(set) var request = CheckRequest()
    private(set) var workspace = Workspace()

    init(now: Int64) {
        self.now = now
    }

    mutating func decide(_ document: RequestDocument, for workload: Workload?, by point: DecisionPoint) -> Decision {
        request.fill(from: document, for: workload, in: point.policySet)
        var trace: Trace?
        return point.decide(&request, for: workload, now: now, in: &workspace, trace: &trace)
    }

    /// What the rules saw of the last request, or would have seen where it did not get so far.
    func facts(for workload: Workload) -> Facts {
        if let facts = workspace.facts { return facts }
        var facts = Facts()
        RequestPreparation.readConnection(of: request, into: &facts)
        facts.isHTTP = request.transport == .http && workload.readsHTTP
        if facts.isHTTP { RequestPreparation.readOperation(of: request, into: &facts) }
        return facts
    }

    mutating func allows(_ document: RequestDocument, for workload: Workload?, by point: DecisionPoint) -> Bool {
        decide(document, for: workload, by: point).outcome == .allow
    }
}

extension DecisionPoint {
    /// What is decided of a document at a workload.
    ///
    /// - Parameter now: Seconds since 1970.
    package func outcome(of document: RequestDocument, for workload: Workload?, now: Int64) -> Decision.Outcome {
        var decider = Decider(now: now)
        return decider.decide(document, for: workload, by: self).outcome
    }
}
