import AuthzCore
import AuthzPolicy

/// The rules of a workload that a search around a request looks at: all of them, or of very many those that lack the least.
struct NearbyRules {
    let tests: FieldTests
    let allow: [Program.Rule]
    /// Whether none is left out; else no search is complete.
    let isAll: Bool

    /// How many tests are told apart: the work of a search grows with their square.
    private static let maximumTests = 2000

    init(
        of document: RequestDocument, for workload: Workload, by point: DecisionPoint, places: TokenPlaces, now: Int64
    ) {
        let program = point.policySet.program
        let chain = workload.chain(isHTTP: document.request != nil)
        let all = FieldTests(program, chain, workload, places: places)
        guard all.tests.count > Self.maximumTests else {
            tests = all
            allow = chain.allow.enforced.rules
            isAll = true
            return
        }
        var decider = Decider(now: now)
        _ = decider.decide(document, for: workload, by: point)
        let facts = decider.facts(for: workload)
        let (request, claims) = (decider.request, decider.workspace.claims)
        let lack = { (rule: Program.Rule, caution: Caution) in
            [rule.permissions, rule.principals].map { side in
                side.map { conjunction in
                    program.conjunctions[Int(conjunction)].tests.count {
                        program.outcome(
                            of: program.tests[Int($0)], for: request, facts, claims: claims, caution: caution)
                            != .matches
                    }
                }.min() ?? 0
            }.reduce(0, +)
        }
        var chosen: Set<Int32> = []
        let nearest = { (rules: [Program.Rule], caution: Caution, bound: Int) -> [Program.Rule] in
            let ranked = rules.enumerated().map { (lack: lack($0.element, caution), place: $0.offset) }
                .sorted { ($0.lack, $0.place) < ($1.lack, $1.place) }
            var taken: [Int] = []
            for rule in ranked {
                guard chosen.count < bound else { break }
                chosen.formUnion(FieldTests.tests(of: rules[rule.place], in: program))
                taken.append(rule.place)
            }
            return taken.sorted().map { rules[$0] }
        }
        allow = nearest(chain.allow.enforced.rules, .allowing, Self.maximumTests / 2)
        let custom = chain.custom.filter { $0.provider != .notOnTCP }.flatMap(\.rules.rules)
        _ = nearest(custom + chain.deny.enforced.rules, .denying, Self.maximumTests)
        tests = FieldTests(program, tests: chosen, workload, places: places)
        isAll = false
    }
}
