import AuthzCore
import AuthzEngine
import AuthzPolicy

/// What makes a case say nothing, whatever its decision.
enum CaseProblem {
    /// One sentence, or `nil` for a case that is as it should be.
    ///
    /// A request for nobody is denied, and a misspelled reason never given; neither is what the author meant.
    static func find(in testCase: SuiteCase, _ policies: OfflinePolicies) -> String? {
        if let reason = testCase.expectation.reason, Reason(rawValue: reason.value) == nil {
            let suggestion = NameSuggestion.hint(for: reason.value, among: Reason.allCases.map(\.rawValue))
            return "\(reason.location): there is no reason \(reason.value.quoted)"
                + (suggestion.map { "; \($0)" } ?? "")
        }
        if testCase.expectation.reason?.value == Reason.unknownWorkload.rawValue { return nil }
        return DestinationProblem.find(in: testCase.request, at: testCase.location, policies)
    }
}
