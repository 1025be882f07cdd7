package import AuthzCore
package import AuthzPolicy

/// Policies with one small fault put in: what a suite that means something has to notice.
package struct Mutant: Sendable {
    package enum Operation: String, Sendable, CaseIterable {
        case dropPolicy = "drop-policy"
        case dropRule = "drop-rule"
        case flipAction = "flip-action"
        case enforceDryRun = "enforce-dry-run"
        case dropSelector = "drop-selector"
        case dropTarget = "drop-target"
        case dropFrom = "drop-from"
        case dropTo = "drop-to"
        case dropSource = "drop-source"
        case dropOperation = "drop-operation"
        case dropField = "drop-field"
        case dropCondition = "drop-condition"
        case dropValue = "drop-value"
        case dropNotValue = "drop-not-value"
        case widenPath = "widen-path"
        case widenHost = "widen-host"
        case widenPrincipal = "widen-principal"
        case widenBlock = "widen-block"
        case swapPrincipal = "swap-principal"
        case changeMode = "change-mode"
        case dropPort = "drop-port"
        case dropAudience = "drop-audience"
        case dropLocation = "drop-location"
        case dropOutput = "drop-output"
        case flipForwarding = "flip-forwarding"
    }

    /// What stands in the place of a policy, by its index among the documents; `nil` for nothing.
    enum Replacement: Sendable {
        case authorization(Int, AuthorizationPolicy?)
        case request(Int, RequestAuthentication?)
        case peer(Int, PeerAuthentication?)
    }

    package var operation: Operation
    package var policy: PolicyReference
    /// From 1; `nil` where it is about the policy as a whole.
    package var rule: Int?
    package var location: SourceLocation
    /// What was changed, such as `` `/api/*` in the place of `/api/v1/*` in to paths ``.
    package var change: String
    var replacement: Replacement
    /// The rule that is gone, from 1: those behind it keep the numbers that they had.
    package var droppedRule: Int?

    /// The documents with the fault.
    package func applied(to documents: PolicyDocuments) -> PolicyDocuments {
        var result = documents
        switch replacement {
        case .authorization(let index, let policy):
            result.authorizationPolicies.replaceSubrange(index...index, with: policy.map { [$0] } ?? [])
        case .request(let index, let policy):
            result.requestAuthentications.replaceSubrange(index...index, with: policy.map { [$0] } ?? [])
        case .peer(let index, let policy):
            result.peerAuthentications.replaceSubrange(index...index, with: policy.map { [$0] } ?? [])
        }
        return result
    }

    /// Such as ``production/api-access, rule 1: `POST` is left out of to methods``.
    package var title: String {
        "\(policy.qualifiedName)\(rule.map { ", rule \($0)" } ?? ""): \(change)"
    }

    /// A report of what the mutant decided, with the rule numbers of the policy as it is written.
    package func renumbered(_ report: DecisionReport) -> DecisionReport {
        guard let droppedRule, let match = report.determiningPolicy, match.policy.kind == policy.kind,
            match.policy.qualifiedName == policy.qualifiedName, let rule = match.rule, rule >= droppedRule
        else { return report }
        var result = report
        result.determiningPolicy?.rule = rule + 1
        return result
    }
}
