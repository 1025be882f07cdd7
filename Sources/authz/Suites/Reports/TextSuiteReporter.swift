import AuthzCore
import AuthzEngine

/// Writes what did not pass as it happens, and a summary.
struct TextSuiteReporter: SuiteReporter {
    let console: Console

    init(_ console: Console) {
        self.console = console
    }

    var showsExplanations: Bool { !console.settings.isQuiet }

    mutating func report(_ result: CaseResult, explanation: String?) {
        switch result.status {
        case .passed:
            guard console.settings.isVerbose else { return }
            write("pass", .green, result)
        case .skipped:
            guard console.settings.isVerbose else { return }
            write("skip", .yellow, result)
        case .error: write("ERROR", .red, result)
        case .failed:
            write("FAIL", .red, result)
            let width = result.differences.map(\.field.count).max() ?? 0
            for difference in result.differences {
                let field = difference.field.padded(to: width)
                console.answers.write("  \(field)  expected \(difference.expected), got \(difference.actual)\n")
            }
            if let explanation { console.answers.write(explanation.indented(by: 2)) }
        }
    }

    mutating func finish(_ outcome: SuiteOutcome) {
        let summary = outcome.summary
        let passed = summary.exitStatus == 0
        console.answers.write(console.answerStyle(summary.text, passed ? .green : .red) + "\n")
        if let coverage = outcome.coverage { write(coverage, isTooLow: outcome.isCoverageTooLow) }
        if let mutation = outcome.mutation { write(mutation) }
    }

    private func write(_ mutation: MutationReport) {
        let style = console.answerStyle
        console.answers.write(style(mutation.headline, mutation.survivors.isEmpty ? .green : .red) + "\n")
        for entry in mutation.entries {
            let place = "\(entry.mutant.location): \(entry.mutant.operation.rawValue)"
            switch entry.fate {
            case .killed: continue
            case .survived(let found):
                console.answers.write("\(style("SURVIVED", .bold, .red)) \(place): \(entry.mutant.title)\n")
                var heading = found.remark
                if !found.lines.isEmpty {
                    heading = "no case notices it; this one, in \(found.suite), would, which gets \(found.instead):"
                }
                let lines = [heading] + found.lines
                console.answers.write(lines.map { "  \($0)\n" }.joined())
            case .equivalent, .undecided:
                console.answers.write("\(entry.fate.word) \(place): \(entry.mutant.title)\n  \(entry.remark)\n")
            }
        }
    }

    private func write(_ coverage: CoverageReport, isTooLow: Bool) {
        let style = console.answerStyle
        console.answers.write(style(coverage.headline, isTooLow ? .red : .bold) + "\n")
        for item in coverage.uncovered {
            console.answers.write("  \(item.location): \(item.complaint)\n")
        }
    }

    private func write(_ word: String, _ color: TextStyle.Mark, _ result: CaseResult) {
        let style = console.answerStyle
        var line = "\(style(word, .bold, color)) \(result.suite)"
        if !result.name.isEmpty { line += ": \(result.name)" }
        if !result.variant.isEmpty { line += " [\(result.variant)]" }
        if let place = result.location { line += style("  (\(place))", .faint) }
        if let remark = result.remark, !remark.isEmpty { line += "\n  \(remark)" }
        console.answers.write(line + "\n")
    }
}
