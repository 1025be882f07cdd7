import AuthzCore

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

    mutating func finish(_ summary: SuiteSummary) {
        let passed = summary.exitStatus == 0
        console.answers.write(console.answerStyle(summary.text, passed ? .green : .red) + "\n")
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
