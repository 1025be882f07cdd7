/// What one policy by itself adds to a decision.
struct PolicyEffect: Equatable {
    private var refusal: Reason?
    private var dryRunAllows: Bool
    private var dryRunDenies: Bool
    private var hasAudit: Bool
    /// Of the decision, whether the policy matched or not.
    let reason: Reason

    init(_ decision: Decision, hasAudit: Bool) {
        reason = decision.reason
        // That no rule matched says nothing of the policy but that it is there.
        refusal = [.noPolicyApplies, .noAllowPolicyMatched].contains(decision.reason) ? nil : decision.reason
        dryRunAllows = decision.dryRunAllow == .allow
        dryRunDenies = decision.dryRunDeny == .deny
        self.hasAudit = hasAudit
    }

    static func == (left: PolicyEffect, right: PolicyEffect) -> Bool {
        left.refusal == right.refusal && left.dryRunAllows == right.dryRunAllows
            && left.dryRunDenies == right.dryRunDenies && left.hasAudit == right.hasAudit
    }
}
