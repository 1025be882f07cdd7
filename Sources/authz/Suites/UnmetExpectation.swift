import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Where a decision is not as a case expects it, and what is likely to be the cause.
struct UnmetExpectation {
    var differences: [Difference]
    /// Sentences about the case or its policies as a whole.
    var hints: [String] = []
    /// Whether a denial is expected, and this is another one.
    private(set) var isOtherDenial = false
    /// Whether a slip in the shape of a DENY rule is the cause, so that no exception to the rule is called for.
    private(set) var isOfSlip = false

    /// `nil` where all is as expected.
    ///
    /// - Parameters:
    ///   - policies: With the answer that the case assumes of CUSTOM providers.
    ///   - answer: That answer.
    ///   - trials: Of the suite of the case.
    ///   - now: Seconds since 1970.
    init?(
        _ expectation: Expectation, of document: RequestDocument, _ report: DecisionReport,
        _ policies: OfflinePolicies, answer: Expectation.Outcome?, _ trials: SuiteTrials, now: Int64
    ) {
        differences = expectation.differences(from: report)
        guard !differences.isEmpty else { return nil }
        let remarks = DifferenceRemarks(document: document, report: report, policies: policies)
        differences = differences.map { remarks.remarking($0) }
        isOtherDenial = expectation.meaning == .deny && report.outcome == .deny
        if report.reason == .plaintextNotPermitted, document.isSilentAboutSource {
            hints.append("the case names no `source`, so it is plaintext; with mutual TLS it names a `principal`")
        }
        if let choice = trials.choice(for: document, expectation, report, answer: answer) {
            hints += choice.sentences
            isOfSlip = choice.isCertain && report.outcome == .deny
        } else {
            hints += UnmetHints(expectation, of: document, report, policies, now: now).sentences(differences, remarks)
        }
    }

    /// Whether it tells more than that the outcome is another one.
    var isTelling: Bool { isOtherDenial || !hints.isEmpty || differences.contains { $0.remark != nil } }

    /// For people.
    var lines: [String] {
        let width = differences.map(\.field.count).max() ?? 0
        var lines = ["not as the case expects:"]
        lines += differences.map { "  \($0.field.padded(to: width))  \($0.sentence)" } + hints.map { "  \($0)" }
        if isOtherDenial { lines.append("the case expects a denial: no change that allows is told") }
        return lines.map { SignatureMask.hidingSignatures(in: $0).escapingControls }
    }

    /// Writes the members `differences` and `hints` into an object that is open.
    static func writeMembers(_ differences: [Difference], _ hints: [String], to json: inout JSONWriter) {
        if !differences.isEmpty {
            json.name("differences")
            json.beginArray()
            for difference in differences {
                json.beginObject()
                json.member("field", difference.field)
                json.member("expected", difference.expected)
                json.member("actual", difference.actual)
                if let remark = difference.remark { json.member("remark", remark) }
                json.endObject()
            }
            json.endArray()
        }
        if !hints.isEmpty { json.member("hints", hints) }
    }
}

extension RequestDocument {
    /// Whether it says nothing of who sends it, in its own form.
    fileprivate var isSilentAboutSource: Bool {
        check == nil && source.principal == nil && source.ip == nil && source.remoteIP == nil && !source.isUnknown
    }
}
