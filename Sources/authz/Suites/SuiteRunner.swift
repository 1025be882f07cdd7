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
    private var cases: CaseRunner
    private var book: PolicyBook
    /// The time of cases that name none.
    private let now: Int64
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
    /// What was warned of in requests, once for each place.
    private var warned: Set<Diagnostic> = []
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
        now = Int64(Date().timeIntervalSince1970)
        cases = CaseRunner(settings, console, now: now)
        book = PolicyBook(settings.policies, console) { () throws(InputError) in
            try PoliciesBesideSuites.load(settings)
        }
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
                reportPolicies(of: outcome, label: label, sources)
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
            policies = try book.policies(of: suite, sources)
        } catch {
            return fail(cases, of: suite, label: label, because: error)
        }
        policyFiles.formUnion(policies.documents.sources.files)
        if case .commandLine = suite.policies { suitesWithoutPolicies.insert(suite.location.file) }
        coverage?.add(policies)
        run(cases, of: suite, label: label, policies, sources)
        if settings.mutates {
            let own = cases.filter { $0.skipReason == nil }
            for answer in [nil, .allow, .deny] as [Expectation.Outcome?] {
                let part = own.filter { $0.assumedCustomAnswer == answer }
                guard !part.isEmpty else { continue }
                runs.append(
                    SuiteRun(
                        policies: policies.assuming(answer), cases: part, location: suite.location,
                        assumedCustomAnswer: answer))
            }
        }
    }

    private mutating func run(
        _ cases: [SuiteCase], of suite: Suite, label: String, _ policies: OfflinePolicies, _ sources: SourceTexts
    ) {
        let finder = RequestSlipFinder(policies.decisionPoint.policySet, policies.documents)
        let trials = SuiteTrials(suite.cases, policies, now: now)
        var causes: [String: SourceLocation] = [:]
        for testCase in cases where !isStopped {
            var result = self.cases.result(of: testCase, label: label, policies, finder, trials, coverage: &coverage)
            if let cause = result.cause, let remark = result.remark {
                // What is wrong with a fixture, or with all that lists make of a case, is told once.
                if causes[remark] != nil { result.obstacle = cause } else { causes[remark] = cause }
            }
            let explains = result.status == .failed && reporter.showsExplanations
            let explanation = explains ? self.cases.explanation(of: testCase, policies, suite) : nil
            // Of a case that fails it is told with that.
            if result.status == .passed { warn(of: result.slips, sources) }
            report(result, explanation: explanation)
        }
        progress.clear()
        reporter.endSuite()
    }

    /// A case may pass for a slip, whatever the policies are.
    private mutating func warn(of slips: [Diagnostic], _ sources: SourceTexts) {
        let unknown = slips.filter { warned.insert($0).inserted }
        guard !unknown.isEmpty else { return }
        progress.clear()
        console.report(unknown, sources)
        reporter.report(unknown)
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

    /// What is wrong with the policies of a suite that cannot be read is told in the same run.
    private mutating func reportPolicies(of outcome: SuiteDecoder.Outcome, label: String, _ sources: SourceTexts) {
        guard !isStopped else { return }
        do throws(InputError) {
            if let suite = outcome.unrunnable {
                _ = try book.policies(of: suite, sources)
            } else if settings.policies.paths != PolicySettings().paths {
                // Nothing says that the suite has policies of its own, and these were named.
                _ = try book.ofCommandLine()
            }
        } catch {
            guard error.diagnostics.contains(where: { $0.severity == .error && !reported.contains($0) }) else { return }
            fail([], error.diagnostics, in: outcome.location.file, label: label, because: error)
        }
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

    private mutating func report(_ result: CaseResult, explanation: CaseExplanation?) {
        if result.status != .passed || console.settings.isVerbose { progress.clear() }
        summary.count(result.status)
        reporter.report(result, explanation: explanation)
        progress.show(summary.text)
        if settings.failsFast, result.status == .failed || result.status == .error { isStopped = true }
    }
}
