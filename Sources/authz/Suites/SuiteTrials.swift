import AuthzCore
import AuthzEngine
import AuthzPolicy

/// What the cases of a suite say of slips that are suspected in the shape of DENY rules: whether they pass without them.
///
/// A class, as all failed cases share what was tried.
final class SuiteTrials {
    /// What is told of a failed case.
    struct Choice {
        var sentences: [String]
        /// Whether nothing else is as likely, so that no exception to a rule is called for.
        var isCertain = false
    }

    /// What becomes of the cases under other policies.
    private struct Effect {
        var policies: OfflinePolicies
        /// How many pass that fail as the policies are.
        var mended = 0
        /// How many fail that pass.
        var broken = 0
    }

    private let cases: [SuiteCase]
    private let policies: OfflinePolicies
    private var decider: CaseDecider
    /// Whether each passes as the policies are; empty until that is asked.
    private var passes: [Int: Bool] = [:]
    private var effects: [String: Effect?] = [:]
    private var chosen: [(repair: RuleRepair, effect: Effect)] = []
    private var searches = 0
    /// For how many cases slips are looked for that no other case had.
    private static let maximumSearches = 24
    /// How many other policies are tried.
    private static let maximumEffects = 64
    /// How many cases are decided by each of them.
    private static let maximumCases = 400

    /// - Parameters:
    ///   - policies: Those of the suite.
    ///   - now: The time of cases that name none, in seconds since 1970.
    init(_ cases: [SuiteCase], _ policies: OfflinePolicies, now: Int64) {
        self.cases = cases.filter { $0.skipReason == nil }
        self.policies = policies
        decider = CaseDecider(now: now)
    }

    /// What is likely to be wrong with the shape of rules; `nil` where they are not the reason, or it is in doubt.
    ///
    /// - Parameter answer: What the case says that CUSTOM providers answer.
    func choice(
        for document: RequestDocument, _ expectation: Expectation, _ report: DecisionReport,
        answer: Expectation.Outcome?
    ) -> Choice? {
        let match = report.determiningPolicy
        let isExpected =
            match != nil && expectation.policyName == match?.policy.qualifiedName
            && (expectation.rule ?? match?.rule) == match?.rule
        let point = policies.assuming(answer).decisionPoint
        guard !isExpected, let workload = point.policySet.workload(for: document).workload else { return nil }
        let testCase = Subject(document: document, expectation: expectation, answer: answer)
        let now = document.now ?? decider.now
        if let policy = expectation.policyName {
            let passed = PassedDenial(
                of: document, for: workload, by: point, documents: policies.documents, now: now)
            let repairs = isSearching() ? passed.repairs(of: policy, rule: expectation.rule) : []
            if let choice = choice(of: repairs, testCase, isDenial: true) { return choice }
        }
        guard report.reason == .deniedByPolicy else { return nil }
        let denial = UnexpectedDenial(
            of: document, for: workload, by: point, documents: policies.documents, now: now)
        for (repair, effect) in chosen where isMet(testCase, by: effect.policies) {
            let sentences = denial.sentences(of: repair)
            if !sentences.isEmpty { return Choice(sentences: sentences + [Self.remark(effect)], isCertain: true) }
        }
        let repairs = isSearching() ? denial.exchangedActions() + denial.repairs() : []
        return choice(of: repairs, testCase, isDenial: false)
    }

    private func isSearching() -> Bool {
        searches += 1
        return searches <= Self.maximumSearches
    }

    /// A case that failed.
    private struct Subject {
        var document: RequestDocument
        var expectation: Expectation
        var answer: Expectation.Outcome?
    }

    /// - Parameter isDenial: Whether a policy is expected to deny the request, which does not.
    private func choice(of repairs: [RuleRepair], _ testCase: Subject, isDenial: Bool) -> Choice? {
        var found: [(repair: RuleRepair, effect: Effect, isMet: Bool)] = []
        for repair in repairs {
            guard let effect = effect(of: repair), effect.broken == 0, effect.mended > 0 else { continue }
            let isMet = isMet(testCase, by: effect.policies)
            // One case may lack an exception, but for what only a slip explains.
            let isAlone = repair.isEvident || (isDenial && repair.isOfCallersOrLeavesOut)
            let isSupported = effect.mended > 1 || (isMet && isAlone)
            if isSupported, isMet || !isDenial { found.append((repair, effect, isMet)) }
        }
        let sorted = found.enumerated().sorted { left, right in
            let keys = [left, right].map { [-$0.element.effect.mended, $0.element.repair.rank, $0.offset] }
            return keys[0].lexicographicallyPrecedes(keys[1])
        }.map(\.element)
        guard let best = sorted.first else { return nil }
        let rivals = sorted.dropFirst().filter {
            $0.effect.mended == best.effect.mended && $0.repair.rank == best.repair.rank
        }
        guard rivals.count < 2 else { return nil }
        if rivals.isEmpty, !isDenial { chosen.append((best.repair, best.effect)) }
        let sentences = best.repair.sentences + rivals.flatMap { ["or " + $0.repair.sentences.joined(separator: "; ")] }
        let isCertain = rivals.isEmpty && best.isMet && (best.effect.mended > 1 || best.repair.isEvident)
        return Choice(
            sentences: sentences + (best.effect.mended > 1 ? [Self.remark(best.effect)] : []), isCertain: isCertain)
    }

    private static func remark(_ effect: Effect) -> String {
        "with that, \(effect.mended) cases of the suite pass that fail, and none fails that passes"
    }

    // MARK: Trials

    private func isMet(_ testCase: Subject, by policies: OfflinePolicies) -> Bool {
        let point = policies.assuming(testCase.answer).decisionPoint
        return testCase.expectation.differences(from: decider.decide(testCase.document, point)).isEmpty
    }

    private func isMet(_ index: Int, by policies: OfflinePolicies) -> Bool {
        let testCase = cases[index]
        return isMet(
            Subject(
                document: testCase.request, expectation: testCase.expectation, answer: testCase.assumedCustomAnswer),
            by: policies)
    }

    private func effect(of repair: RuleRepair) -> Effect? {
        if let known = effects[repair.key] { return known }
        guard effects.count < Self.maximumEffects else { return nil }
        let effect = newEffect(of: repair)
        effects[repair.key] = .some(effect)
        return effect
    }

    private func newEffect(of repair: RuleRepair) -> Effect? {
        var effect = Effect(policies: policies)
        do throws(InputError) {
            effect.policies.decisionPoint = try policies.decisionPoint(for: repair.documents)
        } catch {
            return nil
        }
        let policySet = policies.decisionPoint.policySet
        let reached = cases.indices.lazy.filter { index in
            repair.policies.contains { policySet.reaches(self.cases[index].request, by: $0) }
        }
        for index in reached.prefix(Self.maximumCases) {
            let before = passes[index] ?? isMet(index, by: policies)
            passes[index] = before
            guard before != isMet(index, by: effect.policies) else { continue }
            if before { effect.broken += 1 } else { effect.mended += 1 }
        }
        return effect
    }
}
