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
                sentence: "there is no reason \(reason.value.quoted); \(hint(forReason: reason.value))")
        }
        if testCase.expectation.reason?.value == Reason.unknownWorkload.rawValue { return nil }
        return DestinationProblem.find(in: testCase.request, at: testCase.location, policies)
    }

    private static func hint(forReason written: String) -> String {
        let common: [Reason] = [.allowedByPolicy, .noPolicyApplies, .deniedByPolicy, .noAllowPolicyMatched]
        let all = Reason.allCases.map(\.rawValue)
        return NameSuggestion.hint(for: written, among: all)
            ?? nearestByWords(to: written, among: all).map { "did you mean \($0.quoted)?" }
            ?? "the most common are \(common.map(\.rawValue.quoted).joined(separator: ", "))"
    }

    /// The reason that shares most words, where these are more than half of what is written, as in `no-allow-rule-matched`. What is
    /// negated and what is not are none of each other.
    private static func nearestByWords(to written: String, among reasons: [String]) -> String? {
        let words = Set(written.lowercased().split { "-_ ".contains($0) })
        let negations: Set<Substring> = ["no", "not"]
        var best: (reason: String, count: Int)?
        for reason in reasons {
            let others = Set(reason.split(separator: "-"))
            let shared = words.intersection(others)
            guard shared.count > 1, shared.count * 2 > words.count, best.map({ shared.count > $0.count }) ?? true,
                words.isDisjoint(with: negations) == others.isDisjoint(with: negations)
            else { continue }
            best = (reason, shared.count)
        }
        return best?.reason
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
