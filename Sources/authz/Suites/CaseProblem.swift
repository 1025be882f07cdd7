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

    /// The same of a case that passes, though its request never came to a policy: one that is denied for a slip says nothing of them.
    ///
    /// Whoever names a status or the reason knows of it.
    static func find(in testCase: SuiteCase, decided report: DecisionReport) -> String? {
        let expectation = testCase.expectation
        guard report.reason == .requestInvalid, expectation.status == nil, expectation.reason == nil,
            expectation.differences(from: report).isEmpty
        else { return nil }
        let request = testCase.request.request
        let slips = request.map { RequestSlip.sentences(method: $0.method, path: $0.path, host: $0.host) } ?? []
        let why = slips.isEmpty ? "" : " (\(slips.joined(separator: "; ")))"
        return "\(testCase.location): it is denied as `request-invalid` before any policy\(why); "
            + "expect `reason: request-invalid` where that is meant"
    }
}
