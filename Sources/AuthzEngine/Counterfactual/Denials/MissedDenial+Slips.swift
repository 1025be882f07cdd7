import AuthzCore
import AuthzPolicy

/// Values that a request misses by a slip: those of a DENY rule, and those that an ALLOW rule is to leave out.
extension MissedDenial {
    private var facts: Facts { decider.facts(for: workload) }
    private var finder: SlipFinder { SlipFinder(point.policySet, at: workload) }
    private var program: Program { point.policySet.program }

    /// Of a DENY policy; `nil` where none of its rules lacks slips alone.
    func slip(in index: Int) -> String? {
        guard policies[index].action == .deny, !policies[index].isDryRun,
            let compiled = compiled(policies[index].reference)
        else { return nil }
        let (facts, finder, claims) = (facts, finder, decider.workspace.claims)
        let rules = compiled.rules(on: workload.chainKind(isHTTP: facts.isHTTP))
        for (ordinal, rule) in rules.enumerated() {
            guard let rule = rule.rule,
                let tests = finder.slips(of: rule, decider.request, facts, claims: claims),
                (1...NearestRule.maximumSlips).contains(tests.count)
            else { continue }
            let slips = tests.compactMap { sentence(of: program.tests[Int($0)], in: compiled) }
            return
                "rule \(ordinal + 1) of \(compiled.reference.qualifiedName.quoted) (\(compiled.ruleLocations[ordinal])) would deny this but for a slip: \(slips.joined(separator: "; "))"
        }
        return nil
    }

    /// Of the ALLOW rule that allows the request, by a value of a `not…` field that is to leave it out.
    func exclusion(_ index: Int, _ ordinal: Int) -> String? {
        guard let compiled = compiled(policies[index].reference),
            let rule = compiled.rules(on: workload.chainKind(isHTTP: facts.isHTTP))[safe: ordinal]?.rule
        else { return nil }
        for test in FieldTests.tests(of: rule, in: program).map({ program.tests[Int($0)] }) where test.isNegated {
            guard let slip = sentence(of: test, in: compiled) else { continue }
            var policy = policies[index]
            policy.rules.remove(at: ordinal)
            guard denies(with: policy, at: index) else { return nil }
            return
                "rule \(ordinal + 1) of \(compiled.reference.qualifiedName.quoted) (\(compiled.ruleLocations[ordinal])) allows this, and \(program.sources[Int(test.source)].field.quoted) does not leave it out for a slip: \(slip)"
        }
        return nil
    }

    private func compiled(_ policy: PolicyReference) -> CompiledAuthorizationPolicy? {
        point.policySet.authorizationPolicies.first { $0.reference == policy }
    }

    /// The slip by which the request misses the values of a test, with what to write.
    private func sentence(of test: Program.Test, in policy: CompiledAuthorizationPolicy) -> String? {
        let claims = decider.workspace.claims
        let found = finder.find(test, in: policy.reference.namespace, decider.request, facts, claims: claims)
        guard let found else {
            return claims.slip(of: test, in: program).map { slip in
                let key = slip.path.map(ClaimSlip.key)
                let isTold = key.map { slip.slip.sentence.contains($0) } ?? true
                return slip.slip.sentence + (isTold ? "" : "; write \(key?.quoted ?? "")")
            }
        }
        guard let meant = found.slip.meant else { return found.slip.sentence }
        return "\(found.slip.sentence); write \(meant.quoted) for \(found.written.quoted)"
    }
}
