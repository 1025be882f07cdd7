import AuthzCore
import AuthzEngine

/// What was found, for people and for programs.
struct LintReport {
    let result: LintResult
    let sources: SourceTexts

    var errors: Int { count(.error) }
    var warnings: Int { count(.warning) }
    var suppressed: Int { result.suppressed.count + result.suppressedDiagnostics.count }

    private func count(_ severity: Diagnostic.Severity) -> Int {
        result.findings.count { $0.severity == severity } + result.diagnostics.count { $0.severity == severity }
    }

    /// What was looked for: nothing where the policies cannot be read.
    var codes: [LintCode] { result.isUnread ? [] : LintCode.allCases }

    /// What was said where the policies were read, by code, each where its first is.
    var diagnosticsByCode: [(code: DiagnosticCode, diagnostics: [Diagnostic])] {
        let groups = Dictionary(grouping: result.diagnostics, by: \.code)
        var seen: Set<DiagnosticCode> = []
        return result.diagnostics.map(\.code).filter { seen.insert($0).inserted }.map { ($0, groups[$0] ?? []) }
    }

    /// Such as `1 error, 2 warnings, 1 suppressed`.
    var headline: String {
        var parts: [String] = []
        if errors > 0 { parts.append(errors == 1 ? "1 error" : "\(errors) errors") }
        if warnings > 0 { parts.append(warnings == 1 ? "1 warning" : "\(warnings) warnings") }
        if parts.isEmpty { parts.append("no findings") }
        if suppressed > 0 { parts.append("\(suppressed) suppressed") }
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

    /// A message of reading, with what was expected and what to write, in plain lines.
    static func lines(of diagnostic: Diagnostic) -> [String] {
        [diagnostic.message, diagnostic.label, diagnostic.hint.map { "hint: \($0)" }].compactMap(\.self)
    }

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
