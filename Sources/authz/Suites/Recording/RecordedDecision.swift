import AuthzEngine
import AuthzPolicy

/// A line of the decision log of `authz serve` that can be expected again.
struct RecordedDecision {
    var document: RequestDocument
    var workload: String
    var outcome: Decision.Outcome
    var status: Int
    var reason: Reason
    /// The determining policy and its rule, as the log has them: `production/api-access, rule 1`.
    var policy: String?

    /// - Returns: `nil` for a decision that no run could make again.
    init?(_ logged: LoggedDecision) {
        guard let reason = Reason(rawValue: logged.reason), let outcome = Decision.Outcome(rawValue: logged.outcome),
            let status = logged.status, let workload = logged.workload
        else { return nil }
        document = logged.document
        self.workload = workload
        self.outcome = outcome
        self.status = status
        self.reason = reason
        policy = logged.policy
    }

    /// The determining policy by its name, and its rule.
    var match: (name: String, rule: Int?)? {
        guard let policy else { return nil }
        let parts = policy.split(separator: ", rule ", maxSplits: 1)
        return (String(parts[0]), parts.count == 2 ? Int(parts[1]) : nil)
    }
}
