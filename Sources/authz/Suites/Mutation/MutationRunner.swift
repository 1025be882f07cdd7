import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Runs the cases of suites on mutants of their policies, and looks for what would have noticed those that no case does.
struct MutationRunner {
    /// A mutant with where it comes from.
    private struct Candidate {
        var mutant: Mutant
        var group: Int
        var part: MutationGroup.Part
    }

    /// What the cases of a group have in common.
    private struct Identity: Hashable {
        var policySet: ObjectIdentifier
        var answer: Expectation.Outcome?
    }

    private var groups: [MutationGroup] = []
    private let now: Int64
    private var progress: ProgressLine
    private var decider: CaseDecider

    /// - Parameter now: Seconds since 1970, for cases that name no time.
    init(_ runs: [SuiteRun], now: Int64, _ console: Console) {
        self.now = now
        progress = ProgressLine(console)
        decider = CaseDecider(now: now)
        var indices: [Identity: Int] = [:]
        let suitesOfFile = Dictionary(grouping: Set(runs.map(\.location)), by: \.file)
        for run in runs {
            let identity = Identity(
                policySet: ObjectIdentifier(run.policies.decisionPoint.policySet), answer: run.assumedCustomAnswer)
            let index = indices[identity] ?? groups.count
            if index == groups.count {
                groups.append(MutationGroup(run.policies, assuming: run.assumedCustomAnswer))
                indices[identity] = index
            }
            let file = run.location.file
            let isAlone = suitesOfFile[file]?.count == 1
            groups[index].add(run, name: isAlone ? file : "\(file):\(run.location.line)")
        }
    }

    /// Makes all mutants and finds out what becomes of them. One that several policy sets read from one place is one mutant: it is
    /// killed where a case of any of them notices it.
    mutating func run() -> MutationReport {
        var order: [String] = []
        var candidates: [String: [Candidate]] = [:]
        for group in groups.indices {
            for namespace in groups[group].namespaces {
                // What lies in other namespaces decides nothing there.
                guard let part = groups[group].part(of: namespace) else { continue }
                for mutant in MutantMaker.mutants(of: part.documents, in: [namespace]) {
                    let key = Self.key(of: mutant)
                    if candidates[key] == nil { order.append(key) }
                    candidates[key, default: []].append(Candidate(mutant: mutant, group: group, part: part))
                }
            }
        }
        var entries: [MutationReport.Entry] = []
        var alive = 0
        for (count, key) in order.enumerated() {
            progress.show("mutants: \(count) of \(order.count), \(alive) not killed")
            guard let candidates = candidates[key], let fate = self.fate(of: candidates) else { continue }
            if case .killed = fate {} else { alive += 1 }
            entries.append(MutationReport.Entry(mutant: candidates[0].mutant, fate: fate))
        }
        progress.clear()
        let sorted = entries.enumerated().sorted { left, right in
            let places = (left.element.mutant.location, right.element.mutant.location)
            return places.0 == places.1 ? left.offset < right.offset : places.0 < places.1
        }
        return MutationReport(entries: sorted.map(\.element))
    }

    private static func key(of mutant: Mutant) -> String {
        let place = mutant.location
        let file = InputFile.canonicalPath(place.file) ?? place.file
        return "\(file):\(place.line):\(place.column) \(mutant.operation.rawValue) \(mutant.title)"
    }

    /// What becomes of a mutant; `nil` where it is none, as it cannot be loaded.
    private mutating func fate(of candidates: [Candidate]) -> MutationReport.Fate? {
        var alive: [(candidate: Candidate, mutated: DecisionPoint)] = []
        for candidate in candidates {
            let documents = candidate.mutant.applied(to: candidate.part.documents)
            guard let mutated = groups[candidate.group].point(for: documents) else { continue }
            if isKilled(candidate, mutated) { return .killed }
            alive.append((candidate, mutated))
        }
        guard !alive.isEmpty else { return nil }
        var requestCount = 0
        var isComplete = true
        var isReached = false
        for (candidate, mutated) in alive {
            switch search(candidate, mutated) {
            case .difference(let document):
                if let found = killingCase(document, candidate, mutated) { return .survived(found) }
                isComplete = false
            case .none(let count, let complete):
                isReached = true
                requestCount += count
                isComplete = isComplete && complete
            case .unreached: break
            }
        }
        if !isComplete { return .undecided(requestCount: requestCount) }
        let why =
            isReached
            ? "no request is answered differently, of \(requestCount) that have all that policy and fault tell apart"
            : "the policy reaches no workload that the inventory or a case has"
        return .equivalent(why: why)
    }

    private mutating func isKilled(_ candidate: Candidate, _ mutated: DecisionPoint) -> Bool {
        let (mutant, original) = (candidate.mutant, candidate.part.original)
        for testCase in candidate.part.cases {
            let document = testCase.request
            guard
                original.policySet.reaches(document, by: mutant.policy)
                    || mutated.policySet.reaches(document, by: mutant.policy),
                !testCase.expectation.differences(from: mutant.renumbered(decider.decide(document, mutated))).isEmpty,
                // What a part of the policies makes fail says nothing about the fault.
                testCase.expectation.differences(from: decider.decide(document, original)).isEmpty
            else { continue }
            return true
        }
        return false
    }

    // MARK: Survivors

    private mutating func search(
        _ candidate: Candidate, _ mutated: DecisionPoint, isSeeded: Bool = true
    ) -> MutantSearch.Result {
        let part = candidate.part
        var search = MutantSearch(
            candidate.mutant, original: part.original, mutated: mutated, documents: part.documents, now: now)
        let title = candidate.mutant.title
        return search.run(seeds: isSeeded ? part.cases.map(\.request) : [], destinations: part.destinations) {
            progress.show("mutants: looking for a case that kills: \(title)")
        }
    }

    /// The case of a request that tells policies and mutant apart, or of another one that can be printed; `nil` where they differ in
    /// what no case can expect.
    private mutating func killingCase(
        _ document: RequestDocument, _ candidate: Candidate, _ mutated: DecisionPoint
    ) -> KillingCase? {
        let (mutant, part) = (candidate.mutant, candidate.part)
        if let found = decider.killingCase(document, mutant, part, mutated) { return found }
        if case .difference(let other) = search(candidate, mutated, isSeeded: false),
            let found = decider.killingCase(other, mutant, part, mutated)
        {
            return found
        }
        guard decider.canTell(document, mutant, part, mutated) else { return nil }
        return KillingCase(lines: [], suite: part.suite, instead: "")
    }
}
