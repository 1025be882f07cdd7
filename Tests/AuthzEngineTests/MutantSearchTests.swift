import AuthzCore
import AuthzPolicy
import AuthzTestSupport
import Testing

@testable import AuthzEngine

/// What is said of faults that no request was found for, held against requests that know nothing of the policies.
@Suite struct MutantSearchTests {
    /// What two policy sets answer to a request, as somebody outside sees it.
    private struct Answers {
        var points: [DecisionPoint]
        private var request = CheckRequest()
        private var workspace = Workspace()

        init(_ points: [DecisionPoint]) {
            self.points = points
        }

        mutating func differ(_ document: RequestDocument) -> Bool {
            var answers: [ObservedAnswer] = []
            for point in points {
                let workload = point.policySet.workload(for: document).workload
                request.fill(from: document, for: workload, in: point.policySet)
                var trace: Trace?
                let decision = point.decide(
                    &request, for: workload, now: Scene.now, in: &workspace, trace: &trace)
                answers.append(ObservedAnswer(decision, request, at: point.policySet, workspace))
            }
            return answers[0] != answers[1]
        }
    }

    private struct Tally {
        var equivalent = 0
        var different = 0
        var undecided = 0
    }

    /// Searches a difference for each mutant, and holds what is found and what is not against requests at random.
    private static func check(
        _ text: String, _ scene: Scene, tries: Int, using random: inout SeededGenerator, _ tally: inout Tally
    ) throws {
        let documents = try PolicyLoader.load(text: text, file: "p.yaml").documents
        let namespaces = Set(documents.authorizationPolicies.map(\.metadata.namespace))
        let mutants = MutantMaker.mutants(of: documents, in: namespaces).shuffled(using: &random).prefix(12)
        let original = scene.point.policySet
        for mutant in mutants {
            let changed: PolicySet
            do throws(InputError) {
                changed = try PolicySet.compile(mutant.applied(to: documents), mesh: original.mesh).policySet
            } catch {
                continue
            }
            let points = [scene.point, DecisionPoint(policySet: changed)]
            var search = MutantSearch(
                mutant, original: points[0], mutated: points[1], documents: documents, now: Scene.now)
            var destination = scene.destination
            destination.port = 8080
            var answers = Answers(points)
            switch search.run(seeds: [], destinations: [destination]) {
            case .unreached: continue
            case .none(_, isComplete: false): tally.undecided += 1
            case .difference(let document):
                tally.different += 1
                let differs = answers.differ(document)
                #expect(differs, "\(mutant.title)\n\(text)")
            case .none(_, isComplete: true):
                tally.equivalent += 1
                for isHTTP in [true, false] {
                    var base = RequestDocument(location: SourceLocation(file: "", line: 1, column: 1))
                    base.destination = destination
                    if isHTTP { base.request = RequestDocument.HTTPRequest() }
                    let universe = BruteForce.universe(base)
                    for _ in 0..<tries {
                        let document = BruteForce.document(base, universe, using: &random)
                        guard answers.differ(document) else { continue }
                        Issue.record("\(mutant.operation.rawValue) \(mutant.title) is killed by \(document)\n\(text)")
                        return
                    }
                }
            }
        }
    }

    @Test("no fault that is called equivalent is noticed by any request at random")
    func bruteForce() throws {
        var generator = PolicyGenerator(seed: 171)
        var random = SeededGenerator(seed: 172)
        var tally = Tally()
        for _ in 0..<GeneratedCases.count / 8 {
            let text = GeneratedPolicy.text(of: generator.policies())
            try Self.check(Scene.anyIssuer + text, try Scene(text), tries: 300, using: &random, &tally)
        }
        #expect(tally.equivalent > 10 && tally.different > 100, "\(tally)")
        #expect(tally.undecided * 4 < tally.equivalent, "\(tally)")
    }
}
