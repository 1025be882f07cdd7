import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Decides the requests of cases one after the other.
struct CaseDecider {
    /// Seconds since 1970, for cases that name no time.
    let now: Int64
    private var request = CheckRequest()
    private var workspace = Workspace()

    init(now: Int64) {
        self.now = now
    }

    mutating func decide(_ document: RequestDocument, _ point: DecisionPoint) -> DecisionReport {
        var trace: Trace?
        return OfflineDecision.decide(
            document, by: point, now: document.now ?? now, request: &request, in: &workspace, trace: &trace)
    }

    /// The case of a request, read back as it will be shown and run on both: `nil` unless it passes under the policies and fails under
    /// the mutant. A signed token is shown without its signature, so claims go in its place.
    mutating func killingCase(
        _ document: RequestDocument, _ mutant: Mutant, _ part: MutationGroup.Part, _ mutated: DecisionPoint
    ) -> KillingCase? {
        for variant in [document] + document.withClaims(at: part.original.policySet) {
            if let found = checked(variant, mutant, part, mutated) { return found }
        }
        return nil
    }

    /// Whether a case could tell the two apart, if only it had the token.
    mutating func canTell(
        _ document: RequestDocument, _ mutant: Mutant, _ part: MutationGroup.Part, _ mutated: DecisionPoint
    ) -> Bool {
        let original = decide(document, part.original)
        let other = mutant.renumbered(decide(document, mutated))
        let text = CaseText(name: "case", request: document, expectation: original.expectation(unlike: other))
        guard let testCase = Self.read(text.lines) else { return false }
        return !testCase.expectation.differences(from: other).isEmpty
    }

    private static func read(_ lines: [String]) -> SuiteCase? {
        let suite = "tests:\n" + lines.map { $0 + "\n" }.joined()
        return SuiteDecoder.decode(Array(suite.utf8), file: "case").first?.suite?.cases.first
    }

    private mutating func checked(
        _ document: RequestDocument, _ mutant: Mutant, _ part: MutationGroup.Part, _ mutated: DecisionPoint
    ) -> KillingCase? {
        let original = decide(document, part.original)
        let other = mutant.renumbered(decide(document, mutated))
        let text = CaseText(
            name: "\(mutant.policy.qualifiedName)\(mutant.rule.map { ", rule \($0)" } ?? ""), not: \(mutant.change)",
            request: document, expectation: original.expectation(unlike: other),
            assumedCustomAnswer: part.assumedCustomAnswer)
        let lines = text.lines.map(SignatureMask.hidingSignatures)
        guard let testCase = Self.read(lines),
            testCase.expectation.differences(from: decide(testCase.request, part.original)).isEmpty
        else { return nil }
        let differences = testCase.expectation.differences(
            from: mutant.renumbered(decide(testCase.request, mutated)))
        guard !differences.isEmpty else { return nil }
        let instead = differences.map { "\($0.field) \($0.actual) in the place of \($0.expected)" }
        return KillingCase(lines: lines, suite: part.suite, instead: instead.joined(separator: ", "))
    }
}
