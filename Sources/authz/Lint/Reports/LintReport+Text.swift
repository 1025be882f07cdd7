import AuthzCore
import AuthzEngine

extension LintReport {
    /// The findings with their lines and requests, and a summary.
    ///
    /// What was said in reading stands on standard error, and only under `-q` here.
    func text(_ style: TextStyle, _ settings: OutputSettings) -> String {
        let renderer = DiagnosticRenderer(sources: sources)
        var text = settings.isQuiet ? renderer.text(of: result.diagnostics) : ""
        for finding in result.findings {
            text += renderer.text(
                finding.severity, finding.code.rawValue, at: finding.location, finding.message, label: finding.title,
                hint: finding.hint)
            for line in Self.proofs(of: finding) {
                text += "        \(style(line, line.hasPrefix(" ") ? .faint : .bold))\n"
            }
        }
        if settings.isVerbose {
            for suppressed in result.suppressed {
                let finding = suppressed.finding
                text += "\(finding.location): suppressed: \(finding.message) [\(finding.code.rawValue)]\n"
                text += "        because: \(suppressed.reason.escapingControls)\n"
            }
            for suppressed in result.suppressedDiagnostics {
                let diagnostic = suppressed.diagnostic
                text += "\(diagnostic.location): suppressed: \(diagnostic.message) [\(diagnostic.code.rawValue)]\n"
                text += "        because: \(suppressed.reason.escapingControls)\n"
            }
        }
        let codes = Set(result.findings.map(\.code.rawValue) + result.diagnostics.map(\.code.rawValue)).sorted()
        if let code = codes.first {
            text += "authz lint --explain \(code)  tells more\(codes.count > 1 ? ", and so for the other codes" : "")\n"
        }
        if let code = codes.first(where: { $0 != LintCode.uselessSuppression.rawValue }) {
            text += "lint.authz/\(code): REASON  as an annotation of the policy says that it is meant so\n"
        }
        for note in result.notes {
            text += "note: \(note.message.escapingControls)\n      = hint: \(note.hint.escapingControls)\n"
        }
        return text + style(headline, errors + warnings == 0 ? .green : .red) + "\n"
    }

    /// A summary of a job, as GitHub shows it.
    var markdown: String {
        var text = "### authz lint\n\n\(headline)\n\n"
        for note in result.notes { text += "Note: \(MarkdownSummary.cell(Self.line(of: note)))\n\n" }
        guard errors + warnings > 0 else { return text }
        text += "| Place | Code | Finding |\n|---|---|---|\n"
        for diagnostic in result.diagnostics {
            let cells = [diagnostic.location.description, diagnostic.code.rawValue, diagnostic.message]
            text += "| \(cells.map(MarkdownSummary.cell).joined(separator: " | ")) |\n"
        }
        for finding in result.findings {
            let cells = [finding.location.description, finding.code.rawValue, "\(finding.title): \(finding.message)"]
            text += "| \(cells.map(MarkdownSummary.cell).joined(separator: " | ")) |\n"
        }
        return text + "\n"
    }

    /// Workflow commands of GitHub, and the summary.
    var workflowCommands: String {
        let read = result.diagnostics.map { diagnostic in
            WorkflowCommand(
                name: diagnostic.severity == .error ? .error : .warning, place: diagnostic.location,
                title: diagnostic.code.rawValue, message: Self.lines(of: diagnostic).joined(separator: "\n")
            ).line
        }
        let commands = result.findings.map { finding in
            WorkflowCommand(
                name: finding.severity == .error ? .error : .warning, place: finding.location,
                title: finding.code.rawValue, message: Self.lines(of: finding).joined(separator: "\n")
            ).line
        }
        let notices = result.notes.map { note in
            WorkflowCommand(
                name: .notice, place: note.policy?.location, title: "authz lint", message: Self.line(of: note)
            ).line
        }
        return (read + commands + notices).joined() + headline + "\n"
    }
}
