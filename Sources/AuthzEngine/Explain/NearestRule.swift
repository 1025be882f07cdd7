import AuthzCore

/// Finds the ALLOW rule that came closest to matching: the one with the fewest tests that failed, the first of equals in
/// Envoy's order. It decides nothing.
struct NearestRule {
    let policySet: PolicySet
    let workload: Workload

    func find(for request: CheckRequest, in workspace: Workspace) -> Program.Rule? {
        var facts = Facts()
        RequestPreparation.readConnection(of: request, into: &facts)
        facts.isHTTP = facts.isHTTP && workload.readsHTTP
        if facts.isHTTP {
            facts.remoteIP =
                ForwardedFor.clientAddress(of: request, mesh: policySet.mesh, role: workload.role).address
            RequestPreparation.readOperation(of: request, into: &facts)
        }
        let rules = workload.chain(isHTTP: facts.isHTTP).allow.enforced.rules
        return rules.min { failures(of: $0, request, facts, workspace) < failures(of: $1, request, facts, workspace) }
    }

    /// How many tests of the closest alternatives of a rule fail.
    private func failures(of rule: Program.Rule, _ request: CheckRequest, _ facts: Facts, _ workspace: Workspace) -> Int
    {
        let fewest = { (sides: Range<Int32>) in
            sides.map { side in
                policySet.program.conjunctions[Int(side)].tests.count { test in
                    policySet.program.outcome(
                        of: policySet.program.tests[Int(test)], for: request, facts, claims: workspace.claims,
                        caution: .allowing) != .matches
                }
            }.min() ?? 0
        }
        return fewest(rule.permissions) + fewest(rule.principals)
    }
}
