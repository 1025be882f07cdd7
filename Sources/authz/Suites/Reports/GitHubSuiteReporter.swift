import AuthzCore
import AuthzEngine

/// Writes workflow commands of GitHub Actions, which become annotations of the lines that they name, and where Actions gives a file
/// for it, a summary of the job.
struct GitHubSuiteReporter: SuiteReporter {
    let console: Console
    private let summaryPath: String?
    private var markdown = MarkdownSummary()

    /// - Parameter summaryPath: `GITHUB_STEP_SUMMARY`, which other steps of the job write to as well.
    init(_ console: Console, summaryPath: String?) {
        self.console = console
        self.summaryPath = summaryPath
    }

    mutating func report(_ result: CaseResult, explanation: CaseExplanation?) {
        markdown.add(result)
        switch result.status {
        case .passed, .skipped: return
        // The line that is to blame has its annotation.
        case .error where result.obstacle != nil: return
        case .error where !result.problems.isEmpty:
            for problem in result.problems {
                let title = result.title.isEmpty ? result.suite : result.title
                write(.error, at: problem.location, title: title, CaseResult.sentence(problem))
            }
        case .failed, .error:
            let title = result.title.isEmpty ? result.suite.escapingControls : result.title
            let lines = result.complaint + [explanation?.lines ?? ""].filter { !$0.isEmpty }
            write(.error, at: result.place, title: title, lines.joined(separator: "\n"))
        }
    }

    func report(_ warnings: [Diagnostic]) {
        for warning in warnings {
            write(.warning, at: warning.location, title: warning.code.rawValue, CaseResult.sentence(warning))
        }
    }

    private func write(_ command: WorkflowCommand.Name, at place: SourceLocation, title: String, _ message: String) {
        console.answers.write(WorkflowCommand(name: command, place: place, title: title, message: message).line)
    }

    private func write(_ coverage: CoverageReport, _ outcome: SuiteOutcome) {
        if let shortfall = outcome.coverageShortfall {
            console.answers.write(WorkflowCommand(name: .error, title: "coverage", message: shortfall).line)
        }
        console.answers.write(coverage.headline + "\n")
    }

    mutating func finish(_ outcome: SuiteOutcome) {
        for item in outcome.coverage?.uncovered ?? [] {
            write(.warning, at: item.location, title: "not covered", item.complaint)
        }
        for survivor in outcome.mutation?.survivors ?? [] {
            let lines = [survivor.mutant.title, survivor.killingCase.heading] + survivor.killingCase.lines
            write(.error, at: survivor.mutant.location, title: "survived", lines.joined(separator: "\n"))
        }
        console.answers.write(outcome.summary.text + "\n")
        if let coverage = outcome.coverage { write(coverage, outcome) }
        if let mutation = outcome.mutation { console.answers.write(mutation.headline + "\n") }
        guard let summaryPath else { return }
        do throws(InputError) {
            try OutputFile.append(Array(markdown.text(outcome).utf8), to: summaryPath)
        } catch {
            console.report(error.diagnostics, error.sources)
        }
    }
}
