import AuthzCore
import AuthzEngine

extension LintReport {
    /// The findings with their lines and requests, and a summary.
    func text(_ style: TextStyle, isVerbose: Bool) -> String {
        let renderer = DiagnosticRenderer(sources: sources)
        var text = ""
        for finding in result.findings {
            text += renderer.text(
                finding.severity, finding.code.rawValue, at: finding.location, finding.message, label: finding.title,
                hint: finding.hint)
            for line in Self.proofs(of: finding) {
                text += "        \(style(line, line.hasPrefix(" ") ? .faint : .bold))\n"
            }
        }
        if isVerbose {
            for suppressed in result.suppressed {
                let finding = suppressed.finding
                text += "\(finding.location): suppressed: \(finding.message) [\(finding.code.rawValue)]\n"
                text += "        because: \(suppressed.reason.escapingControls)\n"
            }
        }
        let codes = Set(result.findings.map(\.code.rawValue)).sorted()
        if let code = codes.first {
            text += "authz lint --explain \(code)  tells more\(codes.count > 1 ? ", and so for the other codes" : "")\n"
        }
        for note in result.notes {
            text += "note: \(note.message.escapingControls)\n      = hint: \(note.hint.escapingControls)\n"
        }
        return text + style(headline, result.findings.isEmpty ? .green : .red) + "\n"
    }

    /// A summary of a job, as GitHub shows it.
    var markdown: String {
        var text = "### authz lint\n\n\(headline)\n\n"
        for note in result.notes { text += "Note: \(MarkdownSummary.cell(Self.line(of: note)))\n\n" }
        guard !result.findings.isEmpty else { return text }
        text += "| Place | Code | Finding |\n|---|---|---|\n"
        for finding in result.findings {
            let cells = [finding.location.description, finding.code.rawValue, "\(finding.title): \(finding.message)"]
            text += "| \(cells.map(MarkdownSummary.cell).joined(separator: " | ")) |\n"
        }
        return text + "\n"
    }

    /// Workflow commands of GitHub, and the summary.
    var workflowCommands: String {
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
        return (commands + notices).joined() + headline + "\n"
    }
}
