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
    /// What the suites name, as it is seen from here.
    private var inputs: Set<String> = []
    /// `nil` where coverage is not asked for.
    private var coverage: CoverageBook?
    /// The files that the policies were read from.
    private var policyFiles: Set<String> = []
    /// The files of suites that leave their policies to the command line.
    private var suitesWithoutPolicies: Set<String> = []
    /// What was said to be wrong, so that a file that several suites are decided by is blamed once.
    private var reported: Set<Diagnostic> = []
    /// What was run, where that is to be run on mutants.
    private var runs: [SuiteRun] = []

    /// Runs what a command names.
    ///
    /// - Returns: The exit status. What is wrong with one suite is reported with its cases, and the others are run.
    /// - Throws: What keeps a file of results from being written.
    static func run(_ settings: TestSettings, _ console: Console) throws(InputError) -> Int32 {
        try runAll(settings, console).status
    }

    /// The same, with the files and folders that were read beside the suites.
    static func runAll(
        _ settings: TestSettings, _ console: Console
    ) throws(InputError) -> (status: Int32, inputs: Set<String>) {
        let (files, problems) = settings.suites
        var runner = SuiteRunner(settings, console)
        for problem in problems where !runner.isStopped {
            runner.fail(path: problem.location.file, because: InputError([problem]))
        }
        for file in files where !runner.isStopped { runner.run(file: file) }
        return (try runner.finish(), runner.inputs)
    }

    private init(_ settings: TestSettings, _ console: Console) {
        self.settings = settings
        self.console = console
        reporter = settings.format.suiteReporter(console, summaryPath: settings.summaryPath)
        progress = ProgressLine(console)
        remoteKeys = RemoteKeys(settings.policies, console)
        now = Int64(Date().timeIntervalSince1970)
        if settings.coverage != nil { coverage = CoverageBook() }
    }

    private mutating func finish() throws(InputError) -> Int32 {
        progress.clear()
        var outcome = SuiteOutcome(
            summary: summary, coverage: coverage?.report(), coverageMinimum: settings.coverage?.minimum)
        if settings.mutates { outcome.mutation = mutation() }
        warnOfPoliciesThatWereNotRead()
        reporter.finish(outcome)
        if let report = outcome.coverage { try write(report) }
        guard summary.hasRun else {
            let filter = settings.filter.map { $0.quoted }
            let what =
                summary.total > 0
                ? "every case\(filter.map { " whose name contains \($0)" } ?? "") is skipped, so none runs"
                : filter.map { "no case's name contains \($0)" } ?? "there is no case to run"
            console.messages.write("error: \(what)\n")
            return 2
        }
        if let shortfall = outcome.coverageShortfall { console.messages.write("error: \(shortfall)\n") }
        return outcome.exitStatus
    }

    /// Only where all suites have run is it known what they are decided by.
    private func warnOfPoliciesThatWereNotRead() {
        guard !console.settings.isQuiet, !isStopped, settings.filter == nil, summary[.error] == 0 else { return }
        console.messages.write(
            PoliciesBesideSuites.warnings(of: settings.paths, besides: policyFiles, for: suitesWithoutPolicies))
    }

    /// What the suites notice of faults in their policies; `nil` where they do not even pass without any.
    private func mutation() -> MutationReport? {
        guard summary.exitStatus == 0, !isStopped else {
            console.messages.write("error: faults are put into policies only where all cases pass without\n")
            return nil
        }
        var runner = MutationRunner(runs, now: now, console)
        return runner.run()
    }

    /// Writes the files of coverage that are asked for.
    private func write(_ report: CoverageReport) throws(InputError) {
        if let path = settings.coverage?.lcovPath {
            try OutputFile.write(Array(CoverageLCOV(report: report).text.utf8), to: path)
        }
        if let path = settings.coverage?.htmlPath {
            try OutputFile.write(Array(CoveragePage(report: report).text.utf8), to: path)
        }
    }

    private mutating func run(file: String) {
        let bytes: [UInt8]
        do {
            bytes = try DocumentFile.read(file)
        } catch {
            return fail(path: file, because: error)
        }
        var sources = SourceTexts()
        sources.insert(bytes, file: file)
        for outcome in SuiteDecoder.decode(bytes, file: file) where !isStopped {
            let label = outcome.description.isEmpty ? file : "\(file): \(outcome.description)"
            var sources = sources
            sources.merge(outcome.fixtureSources)
            inputs.formUnion(outcome.fixtureFiles)
            guard let suite = outcome.suite else {
                let error = InputError(outcome.diagnostics, sources: sources)
                fail(outcome, label: label, because: error)
                continue
            }
            console.report(outcome.diagnostics, sources)
            run(suite, label: label, sources)
        }
    }

    private mutating func run(_ suite: Suite, label: String, _ sources: SourceTexts) {
        let cases = suite.cases.filter { matchesFilter($0.name, label) }
        guard !cases.isEmpty else { return }
        inputs.formUnion(SuitePolicies(suite: suite, sources: sources, settings: settings.policies).inputs)
        if suite.cases.allSatisfy({ $0.skipReason != nil }) {
            let diagnostic = Diagnostic(
                .error, .noCase, at: suite.location, "every case of this suite is skipped, so it runs none",
                label: "expected at least one case that runs")
            return fail(cases, of: suite, label: label, because: InputError([diagnostic], sources: sources))
        }
        let policies: OfflinePolicies
        do {
            policies = try self.policies(of: suite, sources)
        } catch {
            return fail(cases, of: suite, label: label, because: error)
        }
        policyFiles.formUnion(policies.documents.sources.files)
        if case .commandLine = suite.policies { suitesWithoutPolicies.insert(suite.location.file) }
        coverage?.add(policies)
        for testCase in cases where !isStopped {
            let result = result(of: testCase, label: label, policies)
            let explains = result.status == .failed && reporter.showsExplanations
            report(result, explanation: explains ? explanation(of: testCase, policies) : nil)
        }
        if settings.mutates {
            runs.append(
                SuiteRun(
                    policies: policies, cases: cases.filter { $0.skipReason == nil }, location: suite.location))
        }
    }

    private func matchesFilter(_ name: String, _ label: String) -> Bool {
        settings.filter.map { name.contains($0) || label.contains($0) } ?? true
    }

    // MARK: What cannot be run

    /// Reports what keeps a suite that was read from being run, once, and its cases as ones that it keeps.
    private mutating func fail(_ cases: [SuiteCase], of suite: Suite, label: String, because error: InputError) {
        let written = cases.map { testCase in
            CaseResult(
                suite: label, file: suite.location.file, name: testCase.name, variant: testCase.variant, status: .error,
                location: testCase.location)
        }
        fail(written, error.diagnostics, in: suite.location.file, label: label, because: error)
    }

    /// The same for a suite that cannot be read: what is wrong with a case is told with it.
    private mutating func fail(_ outcome: SuiteDecoder.Outcome, label: String, because error: InputError) {
        let file = outcome.location.file
        let written = outcome.cases.map { testCase in
            CaseResult(
                suite: label, file: file, name: testCase.name, status: .error, location: testCase.location,
                problems: testCase.errors)
        }
        fail(written, outcome.ownErrors, in: file, label: label, because: error)
    }

    /// The same for a path that leads to no suite.
    private mutating func fail(path: String, because error: InputError) {
        fail([], error.diagnostics, in: path, label: path, because: error)
    }

    /// Reports what is wrong with a suite as a result without a name, unless another suite has the same wrong with it and there are
    /// cases to tell that of, then the cases.
    private mutating func fail(
        _ cases: [CaseResult], _ problems: [Diagnostic], in file: String, label: String, because error: InputError
    ) {
        progress.clear()
        console.report(error.diagnostics.filter { !reported.contains($0) }, error.sources)
        let own = problems.filter { $0.severity == .error }
        let unknown = own.filter { !reported.contains($0) }
        reported.formUnion(error.diagnostics)
        if !unknown.isEmpty || cases.isEmpty {
            report(
                CaseResult(
                    suite: label, file: file, name: "", status: .error, problems: unknown.isEmpty ? own : unknown),
                explanation: nil)
        }
        let obstacle = own.first?.location ?? cases.first { !$0.problems.isEmpty }?.problems.first?.location
        for var result in cases where !isStopped {
            if result.problems.isEmpty { result.obstacle = obstacle }
            report(result, explanation: nil)
        }
        reporter.endSuite()
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
                ?? Result { () throws(InputError) in prepared(try PoliciesBesideSuites.load(settings)) }
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
            suite: label, file: testCase.location.file, name: testCase.name, variant: testCase.variant, status: .passed,
            location: testCase.location, expected: testCase.expectation)
        if let reason = testCase.skipReason {
            result.status = .skipped
            result.remark = reason
            return result
        }
        if let problem = CaseProblem.find(in: testCase, policies) {
            (result.status, result.remark) = (.error, problem)
            return result
        }
        var trace: Trace? = coverage == nil ? nil : .forCoverage
        let actual = decide(testCase.request, policies, trace: &trace)
        if let steps = trace?.coverage { coverage?.count(steps, of: policies) }
        if let problem = CaseProblem.find(in: testCase, decided: actual) {
            (result.status, result.remark) = (.error, problem)
            return result
        }
        let policySet = policies.decisionPoint.policySet
        result.differences = testCase.expectation.differences(from: actual).map { $0.remarking(policySet) }
        if !result.differences.isEmpty { result.status = .failed }
        result.actual = actual
        return result
    }

    private mutating func explanation(of testCase: SuiteCase, _ policies: OfflinePolicies) -> String {
        let clock = testCase.suiteTime.map { "`now` of the suite (\($0))" }
        var trace: Trace? = Trace(keyFailures: policies.keyFailures, clock: clock)
        let report = decide(testCase.request, policies, trace: &trace)
        let style = settings.format.isForPeople ? console.answerStyle : TextStyle(usesColor: false)
        return ExplanationText(style).text(of: Explanation(report: report, trace: trace ?? Trace()))
    }

    private mutating func decide(
        _ document: RequestDocument, _ policies: OfflinePolicies, trace: inout Trace?
    ) -> DecisionReport {
        OfflineDecision.decide(
            document, by: policies.decisionPoint, now: document.now ?? now, request: &request, in: &workspace,
            trace: &trace)
    }
}
