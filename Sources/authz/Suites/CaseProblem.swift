import AuthzCore
import AuthzEngine
import AuthzPolicy

/// What makes a case say nothing, whatever its decision.
enum CaseProblem {
    /// One sentence, or `nil` for a case that is as it should be.
    ///
    /// A misspelled workload is denied, and a misspelled reason never given; neither is what the author meant.
    static func find(in testCase: SuiteCase, _ policySet: PolicySet) -> String? {
        if let reason = testCase.expectation.reason, Reason(rawValue: reason.value) == nil {
            let suggestion = NameSuggestion.hint(for: reason.value, among: Reason.allCases.map(\.rawValue))
            return "\(reason.location): there is no reason \(reason.value.quoted)"
                + (suggestion.map { "; \($0)" } ?? "")
        }
        if let workload = testCase.request.destination.workload, policySet.workload(named: workload.value) == nil,
            testCase.expectation.reason?.value != Reason.unknownWorkload.rawValue
        {
            return UnknownWorkload.message(workload, policySet)
        }
        guard !testCase.request.namesWorkload,
            testCase.expectation.reason?.value != Reason.unknownWorkload.rawValue,
            policySet.workload(for: testCase.request).workload == nil
        else { return nil }
        let problem = UnknownWorkload.unnamed(testCase.request, policySet)
        return "\(problem.location): \(CaseResult.sentence(problem))"
    }
}
