import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Decides cases one after the other on one workspace, and says what became of each.
struct CaseRunner {
    private let settings: TestSettings
    /// How explanations are written.
    private let style: TextStyle
    /// The time of cases that name none, in seconds since 1970.
    private let now: Int64
    private var workspace = Workspace()
    private var request = CheckRequest()

    init(_ settings: TestSettings, _ console: Console, now: Int64) {
        self.settings = settings
        self.now = now
        style = settings.format.isForPeople ? console.answerStyle : TextStyle(usesColor: false)
    }

    /// - Parameters:
    ///   - label: What the suite is called.
    ///   - trials: Of all cases of the suite.
    ///   - coverage: Takes what the case puts to the test.
    mutating func result(
        of testCase: SuiteCase, label: String, _ policies: OfflinePolicies, _ finder: RequestSlipFinder,
        _ trials: SuiteTrials, coverage: inout CoverageBook?
    ) -> CaseResult {
        var result = CaseResult(
            suite: label, file: testCase.location.file, name: testCase.name, variant: testCase.variant, status: .passed,
            location: testCase.location, expected: testCase.expectation)
        if let reason = testCase.skipReason {
            result.status = .skipped
            result.remark = reason
            return result
        }
        if let problem = CaseProblem.find(in: testCase, policies) {
            (result.status, result.remark, result.cause) = (.error, problem.text, problem.place)
            return result
        }
        var trace: Trace? = coverage == nil ? nil : .forCoverage
        let actual = decide(testCase, policies, trace: &trace)
        if let steps = trace?.coverage { coverage?.count(steps, of: policies) }
        result.actual = actual
        if let problem = CaseProblem.find(in: testCase, decided: actual) {
            (result.status, result.remark, result.cause) = (.error, problem.text, problem.place)
            return result
        }
        let unmet = UnmetExpectation(
            testCase.expectation, of: testCase.request, actual, policies.assuming(testCase.assumedCustomAnswer),
            answer: testCase.assumedCustomAnswer, trials, now: testCase.request.now ?? now)
        if let unmet { (result.status, result.differences, result.hints) = (.failed, unmet.differences, unmet.hints) }
        result.slips = Self.slips(in: testCase, actual, finder)
        if unmet != nil, testCase.expectation.meaning == .allow, actual.outcome == .deny,
            let stranger = finder.stranger(in: testCase.request)
        {
            result.slips.append(stranger)
        }
        return result
    }

    /// What of the request is probably a slip, but for what the case shows that its author knows.
    private static func slips(
        in testCase: SuiteCase, _ actual: DecisionReport, _ finder: RequestSlipFinder
    ) -> [Diagnostic] {
        var slips = finder.slips(in: testCase.request)
        if actual.reason == .requestInvalid { slips += finder.slipsInRequestLine(of: testCase.request) }
        let expected = testCase.expectation.reason?.value
        return slips.filter { slip in slip.reason.map { $0.rawValue != expected } ?? true }.map(\.diagnostic)
    }

    /// Why a case was decided as it was, and how to ask for more.
    mutating func explanation(of testCase: SuiteCase, _ policies: OfflinePolicies, _ suite: Suite) -> CaseExplanation {
        let clock = testCase.suiteTime.map { "`now` of the suite (\($0))" }
        var trace: Trace? = Trace(keyFailures: policies.keyFailures, clock: clock, tellsRequestSlips: false)
        let report = decide(testCase, policies, trace: &trace)
        let text = ExplanationText(style).text(of: Explanation(report: report, trace: trace ?? Trace()))
        let command = ExplainInvocation.command(for: testCase, of: suite, settings.policies)
        return CaseExplanation(text: text, command: command, of: testCase.request)
    }

    private mutating func decide(
        _ testCase: SuiteCase, _ policies: OfflinePolicies, trace: inout Trace?
    ) -> DecisionReport {
        let point = policies.assuming(testCase.assumedCustomAnswer).decisionPoint
        return OfflineDecision.decide(
            testCase.request, by: point, now: testCase.request.now ?? now, request: &request, in: &workspace,
            trace: &trace)
    }
}
