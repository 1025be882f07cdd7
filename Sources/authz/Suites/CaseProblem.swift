import AuthzCore
import AuthzEngine
import AuthzPolicy

/// What makes a case say nothing, whatever its decision.
struct CaseProblem {
    var place: SourceLocation
    /// What is wrong, and what to write.
    var sentence: String

    var text: String { "\(place): \(sentence)" }

    /// `nil` for a case that is as it should be.
    ///
    /// A request for nobody is denied, and a misspelled reason never given; neither is what the author meant.
    static func find(in testCase: SuiteCase, _ policies: OfflinePolicies) -> CaseProblem? {
        if let reason = testCase.expectation.reason, Reason(rawValue: reason.value) == nil {
            return CaseProblem(
                place: reason.location,
                sentence: "there is no reason \(reason.value.quoted); \(ReasonHint.text(for: reason.value))")
        }
        if testCase.expectation.reason?.value == Reason.unknownWorkload.rawValue { return nil }
        return DestinationProblem.find(in: testCase.request, at: testCase.location, policies)
    }

    /// The same of a case that passes, though its request never came to a policy by a slip: its denial says nothing of the policies.
    ///
    /// Whoever names a status or the reason knows of it, and what has no slip, as a path with `%00`, is meant as it is.
    static func find(in testCase: SuiteCase, decided report: DecisionReport) -> CaseProblem? {
        let expectation = testCase.expectation
        guard report.reason == .requestInvalid, expectation.status == nil, expectation.reason == nil,
            expectation.differences(from: report).isEmpty
        else { return nil }
        let request = testCase.request.request
        let slips = request.map { RequestSlip.sentences(method: $0.method, path: $0.path, host: $0.host) } ?? []
        guard !slips.isEmpty else { return nil }
        let why = slips.joined(separator: "; ")
        return CaseProblem(
            place: testCase.location,
            sentence:
                "it is denied as `request-invalid` before any policy (\(why)); expect `reason: request-invalid` where that is meant"
        )
    }
}
