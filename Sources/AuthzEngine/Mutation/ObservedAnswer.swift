import AuthzCore
import AuthzPolicy

/// What somebody outside sees of a decision: the client, the upstream, and whoever reads audits and dry runs.
struct ObservedAnswer: Equatable {
    private var outcome: Decision.Outcome
    private var status: Int
    private var grpcStatus: Int?
    private var body: Decision.Body
    private var challenges: Bool
    private var dryRunAllow: Decision.Outcome?
    private var dryRunDeny: Decision.Outcome?
    private var audit: Set<String>
    private var custom: [String]
    private var headersToSet: [String]
    private var headersToRemove: Set<String>

    init(_ decision: Decision, _ request: borrowing CheckRequest, at policySet: PolicySet, _ workspace: Workspace) {
        outcome = decision.outcome
        status = decision.status
        grpcStatus = decision.grpcStatus
        body = decision.body
        challenges = decision.challenges
        dryRunAllow = decision.dryRunAllow
        dryRunDeny = decision.dryRunDeny
        audit = []
        for rule in workspace.audited {
            audit.insert(policySet.authorizationPolicies[Int(rule.policy)].reference.qualifiedName)
        }
        custom = workspace.custom.map(\.provider)
        headersToSet = []
        headersToRemove = []
        guard decision.outcome == .allow else { return }
        for field in workspace.headersToSet {
            headersToSet.append("\(request.text(field.name)): \(request.text(field.value))")
        }
        for name in workspace.headersToRemove { headersToRemove.insert(request.text(name)) }
    }
}
