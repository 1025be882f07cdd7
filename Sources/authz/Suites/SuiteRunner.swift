import AuthzCore
import AuthzEngine
import AuthzPolicy
import Foundation

/// Runs suites one after the other on one workspace, and hands each result to a reporter.
struct SuiteRunner {
    private let settings: TestSettings
    private let console: Console
    private var reporter: any SuiteReporter
    private var progress: ProgressLine
    private var summary = SuiteSummary()
    private var workspace = Workspace()
    private var request = CheckRequest()
    /// The time of cases that name none.
    private let now: Int64
    /// The policies of the command line, read when the first suite asks for them.
    private var commandLine: Result<OfflinePolicies, InputError>?
    private let remoteKeys: RemoteKeys?
    private var isStopped = false

    /// Runs what a command names.
    ///
    /// - Returns: The exit status. What is wrong with one suite is reported with its cases, and the others are run.
    static func run(_ settings: TestSettings, _ console: Console) -> Int32 {
        let (files, problems) = SuiteFinder.find(settings.paths)
        var runner = SuiteRunner(settings, console)
        for problem in problems where !runner.isStopped {
            runner.fail([], label: problem.location.file, because: InputError([problem]))
        }
        for file in files where !runner.isStopped { runner.run(file: file) }
        return runner.finish()
    }

    private init(_ settings: TestSettings, _ console: Console) {
        self.settings = settings
        self.console = console
        switch console.settings.format {
        case .text: reporter = TextSuiteReporter(console)
        case .json: reporter = JSONSuiteReporter(console)
        }
        progress = ProgressLine(console)
        remoteKeys = RemoteKeys(settings.policies, console)
        now = Int64(Date().timeIntervalSince1970)
    }

    private mutating func finish() -> Int32 {
        progress.clear()
        reporter.finish(summary)
        if summary.total == 0 {
            let what = settings.filter.map { "no case's name contains \($0.quoted)" } ?? "there is no case to run"
            console.messages.write("error: \(what)\n")
            return 2
        }
        return summary.exitStatus
    }

    private mutating func run(file: String) {
        let bytes: [UInt8]
        do {
            bytes = try DocumentFile.read(file)
        } catch {
            return fail([], label: file, because: error)
        }
        var sources = SourceTexts()
        sources.insert(bytes, file: file)
        for outcome in SuiteDecoder.decode(bytes, file: file) where !isStopped {
            let label = outcome.description.isEmpty ? file : "\(file): \(outcome.description)"
            guard let suite = outcome.suite else {
                fail(outcome.caseNames, label: label, because: InputError(outcome.diagnostics, sources: sources))
                continue
            }
            console.report(outcome.diagnostics, sources)
            run(suite, label: label, sources)
        }
    }

    private mutating func run(_ suite: Suite, label: String, _ sources: SourceTexts) {
        let cases = suite.cases.filter { matchesFilter($0.name, label) }
        guard !cases.isEmpty else { return }
        if suite.cases.allSatisfy({ $0.skipReason != nil }) {
            let diagnostic = Diagnostic(
                .error, .noCase, at: suite.location, "every case of this suite is skipped, so it runs none",
                label: "expected at least one case that runs")
            return fail(cases.map(\.name), label: label, because: InputError([diagnostic], sources: sources))
        }
        let policies: OfflinePolicies
        do {
            policies = try self.policies(of: suite, sources)
        } catch {
            return fail(cases.map(\.name), label: label, because: error)
        }
        for testCase in cases where !isStopped {
            let result = result(of: testCase, label: label, policies)
            let explains = result.status == .failed && reporter.showsExplanations
            report(result, explanation: explains ? explanation(of: testCase, policies) : nil)
        }
    }

    private func matchesFilter(_ name: String, _ label: String) -> Bool {
        settings.filter.map { name.contains($0) || label.contains($0) } ?? true
    }

    /// Reports every case of a suite as one that cannot be decided, and what is wrong once. A suite without a readable name of a
    /// case counts as one.
    private mutating func fail(_ names: [String], label: String, because error: InputError) {
        progress.clear()
        console.report(error.diagnostics, error.sources)
        let first = error.diagnostics.first { $0.severity == .error }
        let remark = first.map { "\($0.location): \($0.message)" }
        for name in names.isEmpty ? [""] : names where !isStopped {
            report(CaseResult(suite: label, name: name, status: .error, remark: remark), explanation: nil)
        }
    }

    private mutating func report(_ result: CaseResult, explanation: String?) {
        if result.status != .passed || console.settings.isVerbose { progress.clear() }
        summary.count(result.status)
        reporter.report(result, explanation: explanation)
        progress.show(summary.text)
        if settings.failsFast, result.status == .failed || result.status == .error { isStopped = true }
    }

    // MARK: Policies

    private mutating func policies(of suite: Suite, _ sources: SourceTexts) throws(InputError) -> OfflinePolicies {
        let policies: OfflinePolicies
        if case .commandLine = suite.policies, suite.mesh == nil, suite.keyDocuments.isEmpty,
            (suite.profile ?? settings.policies.profile) == settings.policies.profile
        {
            let result =
                commandLine
                ?? Result { () throws(InputError) in prepared(try OfflinePolicies.load(settings.policies)) }
            commandLine = result
            policies = try result.get()
        } else {
            let own = SuitePolicies(suite: suite, sources: sources, settings: settings.policies)
            policies = prepared(try own.load())
        }
        return policies
    }

    /// The policies with keys that are fetched, their warnings written.
    private func prepared(_ policies: OfflinePolicies) -> OfflinePolicies {
        let complete = remoteKeys?.added(to: policies) ?? policies
        complete.report(to: console)
        return complete
    }

    // MARK: Cases

    private mutating func result(of testCase: SuiteCase, label: String, _ policies: OfflinePolicies) -> CaseResult {
        var result = CaseResult(
            suite: label, name: testCase.name, variant: testCase.variant, status: .passed, location: testCase.location,
            expected: testCase.expectation)
        if let reason = testCase.skipReason {
            result.status = .skipped
            result.remark = reason
            return result
        }
        if let problem = CaseProblem.find(in: testCase, policies.decisionPoint.policySet) {
            result.status = .error
            result.remark = problem
            return result
        }
        var trace: Trace?
        let actual = decide(testCase.request, policies, trace: &trace)
        result.differences = testCase.expectation.differences(from: actual)
        if !result.differences.isEmpty { result.status = .failed }
        result.actual = actual
        return result
    }

    private mutating func explanation(of testCase: SuiteCase, _ policies: OfflinePolicies) -> String {
        var trace: Trace? = Trace(keyFailures: policies.keyFailures)
        let report = decide(testCase.request, policies, trace: &trace)
        return ExplanationText(console.answerStyle).text(
            of: Explanation(report: report, trace: trace ?? Trace()))
    }

    private mutating func decide(
        _ document: RequestDocument, _ policies: OfflinePolicies, trace: inout Trace?
    ) -> DecisionReport {
        OfflineDecision.decide(
            document, by: policies.decisionPoint, now: document.now ?? now, request: &request, in: &workspace,
            trace: &trace)
    }
}
