import AuthzCore
import AuthzEngine

/// What a run came to, as GitHub shows it on the page of a job.
struct MarkdownSummary {
    private var rows = ""

    /// Notes a case that did not pass.
    mutating func add(_ result: CaseResult) {
        guard result.status == .failed || result.status == .error, result.obstacle == nil else { return }
        let title = result.title.isEmpty ? result.suite : result.title
        let what = result.complaint.joined(separator: "; ")
        rows += "| \(Self.cell(result.place.description)) | \(Self.cell(title)) | \(Self.cell(what)) |\n"
    }

    func text(_ outcome: SuiteOutcome) -> String {
        var text = "### authz test\n\n\(outcome.summary.text)\n\n"
        if !rows.isEmpty { text += "| Place | Case | Difference |\n|---|---|---|\n\(rows)\n" }
        if let coverage = outcome.coverage {
            text += "\(coverage.headline)\n\n"
            if let shortfall = outcome.coverageShortfall { text += "**Not enough:** \(shortfall)\n\n" }
            text += coverage.uncovered.map { "- \(Self.cell("\($0.location): \($0.complaint)"))\n" }.joined() + "\n"
        }
        guard let mutation = outcome.mutation else { return text }
        text += "\(mutation.headline)\n\n"
        for survivor in mutation.survivors {
            let what = "\(survivor.mutant.location): \(survivor.mutant.title) (for \(survivor.killingCase.suite))"
            text += "- \(Self.cell(what))\n"
        }
        return text
    }

    /// A text that is no markup and ends no cell.
    static func cell(_ text: String) -> String {
        var result = ""
        for character in text.escapingControls {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case "|", "\\", "*", "_", "[", "]", "#": result += "\\\(character)"
            default: result.append(character)
            }
        }
        return result
    }
}
