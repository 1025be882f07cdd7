import AuthzCore
import AuthzEngine
import AuthzPolicy
import Foundation

/// Looks into policies and reports what it finds.
struct LintRunner {
    private let settings: LintSettings
    private let console: Console

    init(_ settings: LintSettings, _ console: Console) {
        self.settings = settings
        self.console = console
    }

    /// - Returns: The exit status.
    /// - Throws: What is wrong with the policies.
    func run() throws(InputError) -> Int32 {
        let policies = try OfflinePolicies.load(settings.policies)
        policies.report(to: console)
        let result = lint(policies)
        let report = LintReport(result: result, sources: policies.sources)
        switch settings.format {
        case .text: console.answers.write(report.text(console.answerStyle, isVerbose: console.settings.isVerbose))
        case .json: console.answer(report.json)
        case .junit: console.answers.write(report.junit)
        case .tap: console.answers.write(report.tap)
        case .sarif: console.answers.write(report.sarif)
        case .github:
            console.answers.write(report.workflowCommands)
            if let path = settings.summaryPath {
                try OutputFile.append(Array(report.markdown.utf8), to: path)
            }
        }
        return result.findings.contains { settings.failLevel.includes($0.severity) } ? 1 : 0
    }

    private func lint(_ policies: OfflinePolicies) -> LintResult {
        var progress = ProgressLine(console)
        defer { progress.clear() }
        var linter = Linter(
            policies.documents, policies.decisionPoint, now: Int64(Date().timeIntervalSince1970))
        let findings = linter.run { done, count in progress.show("linting: \(done) of \(count) policies") }
        return LintSuppression.apply(to: findings, notes: linter.notes, policies.documents)
    }
}
