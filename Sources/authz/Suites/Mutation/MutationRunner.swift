import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Runs the cases of suites on mutants of their policies, and looks for what would have noticed those that no case does.
struct MutationRunner {
    /// Suites that one policy set decides.
    private struct Group {
        var policies: OfflinePolicies
        var cases: [SuiteCase]
    }

    /// A mutant with where it comes from.
    private struct Candidate {
        var mutant: Mutant
        var group: Int
        /// What it changes: the documents that matter to its namespace.
        var documents: PolicyDocuments
        var original: DecisionPoint
    }

    private var groups: [Group] = []
    private let now: Int64
    private var progress: ProgressLine
    private var request = CheckRequest()
    private var workspace = Workspace()

    /// - Parameter now: Seconds since 1970, for cases that name no time.
    init(_ runs: [SuiteRun], now: Int64, _ console: Console) {
        self.now = now
        progress = ProgressLine(console)
        var indices: [ObjectIdentifier: Int] = [:]
        for run in runs {
            let identity = ObjectIdentifier(run.policies.decisionPoint.policySet)
            let index = indices[identity] ?? groups.count
            if index == groups.count {
                groups.append(Group(policies: run.policies, cases: []))
                indices[identity] = index
            }
            groups[index].cases += run.cases
        }
    }

    /// Makes all mutants and finds out what becomes of them. One that several policy sets read from one place is one mutant: it is
    /// killed where a case of any of them notices it.
    mutating func run() -> MutationReport {
        var order: [String] = []
        var candidates: [String: [Candidate]] = [:]
        for group in groups.indices {
            for candidate in self.candidates(of: group) {
                let key = Self.key(of: candidate.mutant)
                if candidates[key] == nil { order.append(key) }
                candidates[key, default: []].append(candidate)
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

    /// The mutants of a group, namespace by namespace: what lies in others decides nothing there.
    private func candidates(of group: Int) -> [Candidate] {
        let policies = groups[group].policies
        let root = policies.decisionPoint.policySet.mesh.rootNamespace
        let documents = policies.documents
        let namespaces = Set(
            documents.authorizationPolicies.map(\.metadata.namespace)
                + documents.requestAuthentications.map(\.metadata.namespace)
                + documents.peerAuthentications.map(\.metadata.namespace))
        // A waypoint is under the policies of its own namespace and of that of its service.
        let spread = groups[group].cases.compactMap {
            $0.request.destination.service == nil ? nil : $0.request.destination
        }
        return namespaces.sorted().flatMap { namespace -> [Candidate] in
            var part = documents
            if namespace != root, spread.isEmpty {
                part.authorizationPolicies.removeAll { ![namespace, root].contains($0.metadata.namespace) }
            }
            var original = policies.decisionPoint
            if part.authorizationPolicies.count < documents.authorizationPolicies.count {
                // What compiled as a whole compiles in part.
                guard let point = self.point(policies, part) else { return [] }
                original = point
            }
            return MutantMaker.mutants(of: part, in: [namespace]).map {
                Candidate(mutant: $0, group: group, documents: part, original: original)
            }
        }
    }

    private func point(_ policies: OfflinePolicies, _ documents: PolicyDocuments) -> DecisionPoint? {
        do throws(InputError) {
            return try policies.decisionPoint(for: documents)
        } catch {
            return nil
        }
    }

    /// What becomes of a mutant; `nil` where it is none, as it cannot be loaded.
    private mutating func fate(of candidates: [Candidate]) -> MutationReport.Fate? {
        var alive: [(candidate: Candidate, mutated: DecisionPoint)] = []
        for candidate in candidates {
            let documents = candidate.mutant.applied(to: candidate.documents)
            guard let mutated = point(groups[candidate.group].policies, documents) else { continue }
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
                if let witness = self.witness(document, candidate, mutated) { return .survived(witness) }
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
            ? "no request is answered differently, of \(requestCount) that the values of the policies make"
            : "the policy reaches no workload that the inventory or a case has"
        return .equivalent(why: why)
    }

    private mutating func isKilled(_ candidate: Candidate, _ mutated: DecisionPoint) -> Bool {
        let mutant = candidate.mutant
        for testCase in groups[candidate.group].cases {
            let document = testCase.request
            guard
                document.check != nil || candidate.original.policySet.reaches(document.destination, by: mutant.policy)
                    || mutated.policySet.reaches(document.destination, by: mutant.policy)
            else { continue }
            let report = mutant.renumbered(decide(document, mutated))
            if !testCase.expectation.differences(from: report).isEmpty { return true }
        }
        return false
    }

    private mutating func decide(_ document: RequestDocument, _ point: DecisionPoint) -> DecisionReport {
        var trace: Trace?
        return OfflineDecision.decide(
            document, by: point, now: document.now ?? now, request: &request, in: &workspace, trace: &trace)
    }

    // MARK: Survivors

    private mutating func search(_ candidate: Candidate, _ mutated: DecisionPoint) -> MutantSearch.Result {
        var search = MutantSearch(
            candidate.mutant, original: candidate.original, mutated: mutated, documents: candidate.documents, now: now)
        let cases = groups[candidate.group].cases
        var destinations: [RequestDocument.Destination] = []
        var known: Set<String> = []
        for destination in cases.map(\.request.destination)
        where known.insert(RequestText.text(of: destination)).inserted {
            destinations.append(destination)
        }
        let named = Set(destinations.compactMap(\.workload?.value))
        for name in candidate.original.policySet.workloadNames where !named.contains(name) {
            var destination = RequestDocument.Destination()
            destination.workload = Located(name, at: SourceLocation(file: "", line: 1, column: 1))
            destination.port = 8080
            destinations.append(destination)
        }
        let title = candidate.mutant.title
        return search.run(seeds: cases.map(\.request), destinations: destinations) {
            progress.show("mutants: looking for a case that kills: \(title)")
        }
    }

    /// The case of a request, read back as a suite has it and run on both: `nil` unless it passes under the one and fails under the
    /// other.
    private mutating func witness(
        _ document: RequestDocument, _ candidate: Candidate, _ mutated: DecisionPoint
    ) -> MutationReport.Witness? {
        let mutant = candidate.mutant
        let original = decide(document, candidate.original)
        let other = mutant.renumbered(decide(document, mutated))
        let text = CaseText(
            name: "\(mutant.policy.qualifiedName)\(mutant.rule.map { ", rule \($0)" } ?? ""), not: \(mutant.change)",
            request: document, expectation: original.expectation(unlike: other))
        let suite = "tests:\n" + text.lines.map { $0 + "\n" }.joined()
        guard let testCase = SuiteDecoder.decode(Array(suite.utf8), file: "case").first?.suite?.cases.first,
            testCase.expectation.differences(from: decide(testCase.request, candidate.original)).isEmpty
        else { return nil }
        let differences = testCase.expectation.differences(
            from: mutant.renumbered(decide(testCase.request, mutated)))
        guard !differences.isEmpty else { return nil }
        let instead = differences.map { "\($0.field) \($0.actual) in the place of \($0.expected)" }
        return MutationReport.Witness(lines: text.lines, instead: instead.joined(separator: ", "))
    }
}
