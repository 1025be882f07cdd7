import AuthzCore
import AuthzEngine
import AuthzPolicy

/// What is likely to be the cause where a case is decided otherwise than it expects: of the policy that it names first.
struct UnmetHints {
    private let expectation: Expectation
    private let document: RequestDocument
    private let report: DecisionReport
    private let policies: OfflinePolicies
    private let now: Int64

    private var point: DecisionPoint { policies.decisionPoint }

    /// - Parameter now: Seconds since 1970.
    init(
        _ expectation: Expectation, of document: RequestDocument, _ report: DecisionReport,
        _ policies: OfflinePolicies, now: Int64
    ) {
        self.expectation = expectation
        self.document = document
        self.report = report
        self.policies = policies
        self.now = now
    }

    /// - Parameter differences: With their remarks; what these say is not said again.
    func sentences(_ differences: [Difference], _ remarks: DifferenceRemarks) -> [String] {
        guard let workload = point.policySet.workload(for: document).workload else { return [] }
        let name = expectation.policyName
        let wanted: Decision.Outcome? = expectation.meaning.map { $0 == .allow ? .allow : .deny }
        let isOtherOutcome = wanted != nil && wanted != report.outcome
        let missed =
            wanted == .deny && isOtherOutcome
            ? MissedDenial(of: document, for: workload, by: point, documents: policies.documents, now: now) : nil
        if let name, let sentence = missed?.sentence(expecting: name) { return [sentence] }
        let isModeTold = differences.contains { $0.field == "reason" && $0.remark != nil }
        var misplaced: String?
        if let wanted, isOtherOutcome, !isModeTold {
            misplaced = MisplacedPolicy(
                of: document, for: workload, by: point, documents: policies.documents, now: now
            ).sentence(wanting: wanted, expected: name)
        }
        var hints: [String] = []
        if let name, differences.contains(where: { ["policy", "rule"].contains($0.field) }),
            misplaced?.hasPrefix(name.quoted) != true, !isNearest(name)
        {
            let expected = ExpectedPolicy(of: document, for: workload, by: point, now: now)
            hints += [expected.sentence(name, rule: expectation.rule)].compactMap(\.self)
        }
        hints += [misplaced, missed?.sentence(allowedBy: report.determiningPolicy)].compactMap(\.self)
        let isOfMode = policies.documents.peerAuthentications.contains {
            "\($0.metadata.namespace)/\($0.metadata.name)" == name
        }
        if missed != nil, !isModeTold, misplaced == nil, let mode = remarks.mode {
            let isAlone = hints.isEmpty && mode.isWritten && report.reason == .noPolicyApplies
            if mode.isEvident || isOfMode || isAlone { hints.append(mode.sentence) }
        }
        return hints
    }

    /// Whether the rule that came closest, which the explanation shows with what it lacks, is the expected one.
    private func isNearest(_ name: String) -> Bool {
        guard let nearest = report.nearest, nearest.policy.qualifiedName == name else { return false }
        return expectation.rule == nil || expectation.rule == nearest.rule
    }
}
