import AuthzCore
import AuthzPolicy

/// What to do where a rule asks for tokens that are not verified at its workload.
extension Linter {
    /// Of request principals whose issuer some RequestAuthentication has. It does not reach the workload; `nil` where none has it.
    func issuerHint(_ values: [String]) -> String? {
        let other = documents.requestAuthentications.first { policy in
            policy.rules.contains { rule in
                !rule.issuer.isEmpty && values.contains { $0 == rule.issuer || $0.hasPrefix("\(rule.issuer)/") }
            }
        }
        return other.map { policy in
            "\(policy.reference.qualifiedName) verifies tokens of this issuer, and does not reach the workload: correct its namespace or selector, or those of this policy"
        }
    }

    /// Of a rule that asks for tokens where none is verified.
    func tokenHint(_ subject: LintRule) -> String {
        let values = subject.rule.tests.filter { $0.field == .requestPrincipal }.flatMap(\.lists.values)
        if let hint = issuerHint(values.map(\.value)) { return hint }
        let hint = "add a RequestAuthentication with the issuer for the same workload"
        let known = documents.requestAuthentications.map(\.reference.qualifiedName)
        guard let first = known.first else { return hint }
        let others = known.count > 1 ? ", of another RequestAuthentication" : ""
        return "\(hint), or correct the namespace or selector of \(first)\(others) or of this policy"
    }
}
