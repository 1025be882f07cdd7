import AuthzCore

/// Finds the ALLOW rule that came closest to matching: the one with the fewest tests that failed, the first of equals in Envoy's order.
/// Where slips are sought, one that lacks nothing else goes before all others. It decides nothing.
struct NearestRule {
    let policySet: PolicySet
    let workload: Workload
    let seeksSlips: Bool
    /// How many tests a rule may fail by slips, so that it goes first.
    static let maximumSlips = 6
    /// How many rules are searched for slips.
    private static let maximumRules = 64

    func find(for request: CheckRequest, in workspace: Workspace) -> Program.Rule? {
        guard let facts = workspace.facts else { return nil }
        let rules = workload.chain(isHTTP: facts.isHTTP).allow.enforced.rules
        let ranked = rules.enumerated().map { place, rule in
            (failures: failures(of: rule, request, facts, workspace), place: place)
        }
        let nearest = ranked.min { $0 < $1 }.map { rules[$0.place] }
        guard seeksSlips else { return nearest }
        let slips = SlipFinder(policySet, at: workload)
        let few = ranked.filter { $0.failures <= Self.maximumSlips }.sorted { $0 < $1 }.prefix(Self.maximumRules)
        let slipped = few.first { slips.slips(of: rules[$0.place], request, facts, claims: workspace.claims) != nil }
        return slipped.map { rules[$0.place] } ?? nearest
    }

    /// How many tests of the closest alternatives of a rule fail.
    private func failures(of rule: Program.Rule, _ request: CheckRequest, _ facts: Facts, _ workspace: Workspace) -> Int
    {
        let program = policySet.program
        let fewest = { (sides: Range<Int32>) in
            sides.map { side in
                program.conjunctions[Int(side)].tests.count { test in
                    program.outcome(
                        of: program.tests[Int(test)], for: request, facts, claims: workspace.claims,
                        caution: .allowing) != .matches
                }
            }.min() ?? 0
        }
        return fewest(rule.permissions) + fewest(rule.principals)
    }
}

extension SlipFinder {
    /// The tests by whose slips alone some alternative of an ALLOW rule fails, the fewest; `nil` where it fails by more.
    func slips(
        of rule: Program.Rule, _ request: CheckRequest, _ facts: Facts, claims: VerifiedClaims
    ) -> [Int32]? {
        let program = policySet.program
        let namespace = policySet.authorizationPolicies[Int(rule.policy)].reference.namespace
        var slips: [Int32] = []
        for side in [rule.permissions, rule.principals] where !side.isEmpty {
            let slipped = side.map { program.failing($0, request, facts, claims: claims) }.filter { failing in
                failing.allSatisfy { index in
                    let test = program.tests[Int(index)]
                    guard !test.isNegated else { return false }
                    return find(test, in: namespace, request, facts, claims: claims) != nil
                        || claims.slip(of: test, in: program) != nil
                }
            }
            guard let fewest = slipped.min(by: { $0.count < $1.count }) else { return nil }
            slips += fewest
        }
        return slips
    }
}

extension Program {
    /// The tests of one alternative of an ALLOW rule's side that do not hold.
    func failing(
        _ conjunction: Int32, _ request: CheckRequest, _ facts: Facts, claims: VerifiedClaims
    ) -> [Int32] {
        conjunctions[Int(conjunction)].tests.filter {
            outcome(of: tests[Int($0)], for: request, facts, claims: claims, caution: .allowing) != .matches
        }
    }
}
