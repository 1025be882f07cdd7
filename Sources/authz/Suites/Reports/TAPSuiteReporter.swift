import AuthzCore
import AuthzEngine

/// Writes the Test Anything Protocol, version 13, as it goes; the plan comes last.
struct TAPSuiteReporter: SuiteReporter {
    let console: Console
    private var count = 0

    init(_ console: Console) {
        self.console = console
        console.answers.write("TAP version 13\n")
    }

    mutating func report(_ result: CaseResult, explanation: CaseExplanation?) {
        count += 1
        let isGood = result.status == .passed || result.status == .skipped
        let title = result.title.isEmpty ? result.suite : "\(result.suite): \(result.title)"
        var line = "\(isGood ? "ok" : "not ok") \(count) - \(TAPText.escaped(title))"
        if result.status == .skipped { line += " # SKIP \(TAPText.escaped(result.remark ?? ""))" }
        console.answers.write(line + "\n" + (isGood ? "" : Self.diagnostics(result, explanation?.lines)))
    }

    /// A YAML block, in which every text is a JSON string.
    private static func diagnostics(_ result: CaseResult, _ explanation: String?) -> String {
        var members = [("at", result.place.description), ("severity", result.status == .error ? "error" : "fail")]
        members.append(("message", result.complaint.joined(separator: "; ")))
        if let explanation { members.append(("explanation", explanation)) }
        return TAPText.block(members)
    }

    /// A mutant is a test of the suites.
    private mutating func report(_ entry: MutationReport.Entry) {
        count += 1
        let title = "mutant \(entry.mutant.location) \(entry.mutant.title)"
        guard case .survived(let found) = entry.fate else {
            let note = if case .killed = entry.fate { "" } else { " # SKIP \(TAPText.escaped(entry.remark))" }
            console.answers.write("ok \(count) - \(TAPText.escaped(title))\(note)\n")
            return
        }
        var members = [
            ("at", entry.mutant.location.description), ("severity", "fail"), ("message", entry.remark),
        ]
        if !found.lines.isEmpty {
            members += [("suite", found.suite), ("case", found.lines.joined(separator: "\n") + "\n")]
        }
        console.answers.write("not ok \(count) - \(TAPText.escaped(title))\n\(TAPText.block(members))")
    }

    mutating func finish(_ outcome: SuiteOutcome) {
        for entry in outcome.mutation?.entries ?? [] { report(entry) }
        console.answers.write("1..\(count)\n# \(outcome.summary.text)\n")
        if let mutation = outcome.mutation { console.answers.write("# \(mutation.headline)\n") }
        guard let coverage = outcome.coverage else { return }
        console.answers.write("# \(coverage.headline)\n")
        for item in coverage.uncovered {
            console.answers.write("# \("\(item.location): \(item.complaint)".escapingControls)\n")
        }
    }
}
