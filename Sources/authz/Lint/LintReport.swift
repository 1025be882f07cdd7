import AuthzCore
import AuthzEngine

/// What was found, for people and for programs.
struct LintReport {
    let result: LintResult
    let sources: SourceTexts

    var errors: Int { result.findings.count { $0.severity == .error } }
    var warnings: Int { result.findings.count { $0.severity == .warning } }

    /// Such as `1 error, 2 warnings, 1 suppressed`.
    var headline: String {
        var parts: [String] = []
        if errors > 0 { parts.append(errors == 1 ? "1 error" : "\(errors) errors") }
        if warnings > 0 { parts.append(warnings == 1 ? "1 warning" : "\(warnings) warnings") }
        if parts.isEmpty { parts.append("no findings") }
        if !result.suppressed.isEmpty { parts.append("\(result.suppressed.count) suppressed") }
        return parts.joined(separator: ", ")
    }

    /// What the requests of a finding got, a line for each, with the request behind it.
    static func proofs(of finding: LintFinding) -> [String] {
        finding.proofs.flatMap { proof in
            ["\(proof.remark): \(proof.report.phrase)", "  \(RequestText.document(proof.document))"]
        }
    }

    /// What could not be looked into, in one line.
    static func line(of note: LintNote) -> String { "\(note.message); \(note.hint)" }

    /// The message with what proves it, in plain lines.
    static func lines(of finding: LintFinding) -> [String] {
        ["\(finding.title): \(finding.message)"] + proofs(of: finding) + ["hint: \(finding.hint)"]
    }
}

extension DecisionReport {
    /// Such as `allow 200 no-policy-applies` or `deny 403 denied-by-policy, production/deny-admin rule 1`.
    var phrase: String {
        let match = determiningPolicy.map { ", \($0.policy.qualifiedName)\($0.rule.map { " rule \($0)" } ?? "")" } ?? ""
        return "\(outcome.rawValue) \(status) \(reason.rawValue)\(match)"
    }
}
