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
    /// - Throws: What is wrong with the policies; it is in the answer, too, where that is for programs.
    func run() throws(InputError) -> Int32 {
        var policies: OfflinePolicies
        do throws(InputError) {
            policies = try OfflinePolicies.load(settings.policies)
        } catch {
            if settings.format != .text {
                try write(LintReport(result: LintResult(diagnostics: error.diagnostics), sources: error.sources))
            }
            throw error
        }
        let result = lint(policies)
        policies.warnings = result.diagnostics
        policies.report(to: console)
        try write(LintReport(result: result, sources: policies.sources))
        let severities = result.findings.map(\.severity) + result.diagnostics.map(\.severity)
        return severities.contains(where: settings.failLevel.includes) ? 1 : 0
    }

    private func write(_ report: LintReport) throws(InputError) {
        switch settings.format {
        case .text: console.answers.write(report.text(console.answerStyle, console.settings))
        case .json: console.answer(report.json)
        case .junit: console.answers.write(report.junit)
        case .tap: console.answers.write(report.tap)
        case .sarif: console.answers.write(report.sarif(isVerbose: console.settings.isVerbose))
        case .github:
            console.answers.write(report.workflowCommands)
            if let path = settings.summaryPath {
                try OutputFile.append(Array(report.markdown.utf8), to: path)
            }
        }
    }

    private func lint(_ policies: OfflinePolicies) -> LintResult {
        var progress = ProgressLine(console)
        defer { progress.clear() }
        var linter = Linter(
            policies.documents, policies.decisionPoint, now: Int64(Date().timeIntervalSince1970))
        let findings = linter.run { done, count in progress.show("linting: \(done) of \(count) policies") }
        return LintSuppression.apply(
            to: findings, notes: linter.notes, diagnostics: policies.warnings, policies.documents)
    }
}
