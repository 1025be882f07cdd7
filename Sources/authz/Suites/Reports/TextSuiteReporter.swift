import AuthzCore
import AuthzEngine

/// Writes what did not pass as it happens, and a summary.
struct TextSuiteReporter: SuiteReporter {
    let console: Console
    /// Cases of one suite, one after the other, that were not run for one cause: the first, and how many.
    private var held: (first: CaseResult, count: Int)?

    init(_ console: Console) {
        self.console = console
    }

    var showsExplanations: Bool { !console.settings.isQuiet }

    mutating func report(_ result: CaseResult, explanation: String?) {
        if let obstacle = result.obstacle, !console.settings.isVerbose {
            if let held, held.first.obstacle == obstacle, held.first.suite == result.suite {
                self.held = (held.first, held.count + 1)
            } else {
                endSuite()
                held = (result, 1)
            }
            return
        }
        endSuite()
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
                let line = "  \(field)  \(difference.sentence)"
                console.answers.write(line.escapingControls + "\n")
            }
            if let explanation { console.answers.write(explanation.indented(by: 2)) }
        }
    }

    mutating func endSuite() {
        guard let (first, count) = held else { return }
        held = nil
        guard count > 1 else { return write("ERROR", .red, first) }
        let word = console.answerStyle("ERROR", .bold, .red)
        console.answers.write(
            "\(word) \(first.suite.escapingControls): \(count) cases \(first.complaint.joined())\n")
    }

    mutating func finish(_ outcome: SuiteOutcome) {
        endSuite()
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
            let place = "\(entry.mutant.location): \(entry.mutant.operation.rawValue)".escapingControls
            let title = entry.mutant.title.escapingControls
            switch entry.fate {
            case .killed: continue
            case .survived(let found):
                console.answers.write("\(style("SURVIVED", .bold, .red)) \(place): \(title)\n")
                var heading = found.remark
                if !found.lines.isEmpty {
                    heading = "no case notices it; this one, in \(found.suite), would, which gets \(found.instead):"
                }
                let lines = [heading] + found.lines
                console.answers.write(lines.map { "  \($0.escapingControls)\n" }.joined())
            case .equivalent, .undecided:
                let remark = entry.remark.escapingControls
                console.answers.write("\(entry.fate.word) \(place): \(title)\n  \(remark)\n")
            }
        }
    }

    private func write(_ coverage: CoverageReport, isTooLow: Bool) {
        let style = console.answerStyle
        console.answers.write(style(coverage.headline, isTooLow ? .red : .bold) + "\n")
        for item in coverage.uncovered {
            console.answers.write("  \("\(item.location): \(item.complaint)".escapingControls)\n")
        }
    }

    private func write(_ word: String, _ color: TextStyle.Mark, _ result: CaseResult) {
        let style = console.answerStyle
        var line = "\(style(word, .bold, color)) \(result.suite.escapingControls)"
        if !result.title.isEmpty { line += ": \(result.title)" }
        if let place = result.location { line += style("  (\(place.description.escapingControls))", .faint) }
        if result.obstacle != nil {
            line += "  " + result.complaint.joined()
        } else if !result.problems.isEmpty {
            // What to write instead stands on standard error, with the line; where there is no line, it stands here as well.
            line += result.problems.map { problem in
                let text = problem.location.isInText ? problem.message : CaseResult.sentence(problem)
                return "\n  " + "\(problem.location): \(text)".escapingControls
            }.joined()
        } else if result.status == .error || result.status == .skipped {
            line += result.complaint.map { "\n  \($0)" }.joined()
        }
        console.answers.write(line + "\n")
    }
}
