import AuthzCore
import AuthzEngine

/// Writes what did not pass as it happens, and a summary.
struct TextSuiteReporter: SuiteReporter {
    let console: Console
    /// Cases of one suite that were not run for one cause: the first, and how many. By the cause, in the order of the first ones.
    private var held: [(first: CaseResult, count: Int)] = []
    /// Failed cases that lists made of one, which is the last that was reported; those together that failed alike.
    private var failures: [FailureGroup] = []

    init(_ console: Console) {
        self.console = console
    }

    var showsExplanations: Bool { !console.settings.isQuiet }

    mutating func report(_ result: CaseResult, explanation: CaseExplanation?) {
        if let first = failures.first, !first.isOfOneTest(with: result) { writeFailures() }
        if let obstacle = result.obstacle, !console.settings.isVerbose {
            if let index = held.firstIndex(where: { $0.first.obstacle == obstacle }) {
                held[index].count += 1
            } else {
                held.append((result, 1))
            }
            return
        }
        switch result.status {
        case .passed:
            guard console.settings.isVerbose else { return }
            write("pass", .green, result)
        case .skipped:
            guard console.settings.isVerbose else { return }
            write("skip", .yellow, result)
        case .error: write("ERROR", .red, result)
        case .failed:
            if let index = failures.firstIndex(where: { $0.isAlike(result, explanation) }) {
                failures[index].results.append(result)
            } else {
                failures.append(FailureGroup(results: [result], explanation: explanation))
            }
        }
    }

    /// Writes the failed cases that are held back: what is the same of several is written once.
    private mutating func writeFailures() {
        for group in failures {
            for result in group.results { write("FAIL", .red, result) }
            let result = group.results[0]
            let width = result.differences.map(\.field.count).max() ?? 0
            for difference in result.differences {
                let field = difference.field.padded(to: width)
                let line = "  \(field)  \(difference.sentence)"
                console.answers.write(line.escapingControls + "\n")
            }
            console.answers.write(result.hints.map { "  \($0.escapingControls)\n" }.joined())
            console.answers.write(result.slipSentences.map { "  \($0)\n" }.joined())
            guard let explanation = group.explanation else { continue }
            if group.results.count > 1 {
                let count = group.results.count
                console.answers.write(
                    "  \(count == 2 ? "both" : "all \(count)") for the same reasons; of the first:\n")
            }
            console.answers.write(explanation.text.indented(by: 2))
            console.answers.write("  more: \(explanation.command)\n")
        }
        failures = []
    }

    mutating func endSuite() {
        writeFailures()
        for (first, count) in held {
            guard count > 1 else {
                write("ERROR", .red, first)
                continue
            }
            let word = console.answerStyle("ERROR", .bold, .red)
            console.answers.write(
                "\(word) \(first.suite.escapingControls): \(count) cases \(first.complaint.joined())\n")
        }
        held = []
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
