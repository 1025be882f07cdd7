import AuthzCore
package import AuthzPolicy

/// Why DENY rules deny a request that is likely to be meant to pass: slips in the shape of the rules, without which they do not.
package struct UnexpectedDenial {
    private let denial: Denial
    private let trial: PolicyTrial
    private let evidence: ShapeEvidence
    /// The rules that hold, with their policies among the documents.
    private let rules: [(policy: Int, ordinal: Int)]
    /// How many rules may have a slip each.
    private static let maximumRules = 2
    /// How many ways are tried.
    private static let maximumRepairs = 24

    /// - Parameters:
    ///   - documents: What the policies of `point` were compiled from.
    ///   - now: Seconds since 1970.
    package init(
        of document: RequestDocument, for workload: Workload, by point: DecisionPoint, documents: PolicyDocuments,
        now: Int64
    ) {
        self.init(of: Denial(of: document, for: workload, by: point, now: now), documents: documents)
    }

    init(of denial: Denial, documents: PolicyDocuments) {
        self.denial = denial
        let trial = PolicyTrial(
            document: denial.document, workload: denial.workload, point: denial.point, documents: documents,
            now: denial.now)
        self.trial = trial
        evidence = ShapeEvidence(trial: trial)
        guard denial.decision.reason == .deniedByPolicy else {
            rules = []
            return
        }
        let names = documents.authorizationPolicies.map(\.reference)
        let (facts, program) = (denial.facts, denial.program)
        rules = denial.workload.chain(isHTTP: facts.isHTTP).deny.enforced.rules.filter { rule in
            program.holds(rule, for: denial.request, facts, claims: denial.claims, caution: .denying)
        }.compactMap { rule in
            let policy = denial.policySet.authorizationPolicies[Int(rule.policy)].reference
            return names.firstIndex(of: policy).map { ($0, Int(rule.ordinal)) }
        }
    }

    /// Ways to write the rules so that none denies the request, the likeliest first. None where the request has nearly what a rule leaves
    /// out: then it is that value.
    package func repairs() -> [RuleRepair] {
        guard (1...Self.maximumRules).contains(rules.count), !hasValueSlip else { return [] }
        let policies = trial.documents.authorizationPolicies
        let candidates = rules.map { policy, ordinal in
            policies[policy].slips(of: ordinal, policy).filter {
                !trial.holds($0.meant, of: policies[$0.policy], as: .deny)
            }
        }
        guard candidates.allSatisfy({ !$0.isEmpty }) else { return [] }
        let isEvident = Dictionary(
            candidates.joined().map { ($0.key, evidence.speaks(for: $0)) }, uniquingKeysWith: { first, _ in first })
        var combinations: [[RuleSlip]] = [[]]
        for (rule, slips) in zip(rules, candidates) {
            combinations = combinations.flatMap { combination -> [[RuleSlip]] in
                // What is meant as one with a rule before is mended with that.
                if combination.contains(where: { $0.policy == rule.policy && $0.rules.contains(rule.ordinal) }) {
                    return [combination]
                }
                return slips.map { combination + [$0] }
            }
        }
        var seen: Set<String> = []
        return combinations.prefix(Self.maximumRepairs).compactMap { slips in
            RuleRepair(
                slips, in: trial.documents, isEvident: slips.allSatisfy { isEvident[$0.key] ?? false },
                sentence: { $0.sentence(denying: $1) })
        }.filter { repair in
            guard seen.insert(repair.key).inserted else { return false }
            let reason = trial.decision(by: attached(of: repair))?.reason
            return reason != nil && reason != .deniedByPolicy
        }.sorted { $0.rank < $1.rank }
    }

    /// For each policy that denies the request, that its action is the slip: it is to allow what its rules name.
    package func exchangedActions() -> [RuleRepair] {
        Set(rules.map(\.policy)).sorted().filter { index in
            trial.documents.authorizationPolicies[index].rules.flatMap(\.tests).contains { test in
                !test.lists.values.isEmpty && test.side == .from
            }
        }.map { RuleRepair(allowingBy: $0, in: trial.documents) }
    }

    /// Those after which the request is allowed, and for which what the policies say elsewhere speaks; `nil` where that is not one thing.
    var hint: String? {
        let evident = repairs().filter { repair in
            repair.isEvident && trial.decision(by: attached(of: repair))?.outcome == .allow
        }
        guard let first = evident.first, evident.dropFirst().first.map({ $0.rank > first.rank }) ?? true else {
            return nil
        }
        return first.sentences.joined(separator: "; ")
    }

    /// The questions of a way to write rules that are about those which deny this request.
    package func sentences(of repair: RuleRepair) -> [String] {
        let isOfAction = repair.slips.isEmpty && rules.contains { repair.changes($0.policy) }
        if isOfAction { return repair.sentences }
        return repair.slips.filter { slip in
            rules.contains { $0.policy == slip.policy && slip.rules.contains($0.ordinal) }
        }.map { $0.sentence(denying: trial.documents.authorizationPolicies[$0.policy]) }
    }

    /// The policies at the workload.
    private func attached(of repair: RuleRepair) -> [AuthorizationPolicy] {
        let names = Set(trial.attached.map(\.reference))
        return repair.documents.authorizationPolicies.filter { names.contains($0.reference) }
    }

    private var hasValueSlip: Bool {
        let finder = SlipFinder(denial.policySet, at: denial.workload)
        return rules.contains { policy, ordinal in
            let reference = trial.documents.authorizationPolicies[policy].reference
            let compiled = denial.workload.chain(isHTTP: denial.facts.isHTTP).deny.enforced.rules.first { rule in
                Int(rule.ordinal) == ordinal
                    && denial.policySet.authorizationPolicies[Int(rule.policy)].reference == reference
            }
            guard let compiled else { return false }
            return FieldTests.tests(of: compiled, in: denial.program).contains { index in
                let test = denial.program.tests[Int(index)]
                return test.isNegated
                    && denial.program.outcome(
                        of: test, for: denial.request, denial.facts, claims: denial.claims, caution: .denying)
                        != .differs
                    && finder.find(
                        test, in: reference.namespace, denial.request, denial.facts, claims: denial.claims) != nil
            }
        }
    }
}

/// Why a DENY policy that is expected to deny a request does not: a field in the place of its opposite.
package struct PassedDenial {
    private let trial: PolicyTrial

    /// - Parameters:
    ///   - documents: What the policies of `point` were compiled from.
    ///   - now: Seconds since 1970.
    package init(
        of document: RequestDocument, for workload: Workload, by point: DecisionPoint, documents: PolicyDocuments,
        now: Int64
    ) {
        trial = PolicyTrial(document: document, workload: workload, point: point, documents: documents, now: now)
    }

    /// Ways to write the policy so that it denies the request, the likeliest first.
    ///
    /// - Parameters:
    ///   - policy: `namespace/name`.
    ///   - rule: From 1; `nil` for any.
    package func repairs(of policy: String, rule: Int?) -> [RuleRepair] {
        let all = trial.documents.authorizationPolicies
        let reached = trial.attached.map(\.reference)
        guard let index = all.firstIndex(where: { $0.reference.qualifiedName == policy }),
            reached.contains(all[index].reference), all[index].action == .deny, !all[index].isDryRun,
            !hasValueSlip(all[index].reference)
        else { return [] }
        return all[index].rules.indices.filter { rule == nil || rule == $0 + 1 }.flatMap { ordinal in
            all[index].opposites(of: ordinal, index)
        }.filter(\.isLikelyToPass).filter { trial.holds($0.meant, of: all[index], as: .deny) }.compactMap { slip in
            RuleRepair([slip], in: trial.documents, isEvident: false, sentence: { $0.sentence(passing: $1) })
        }.sorted { $0.rank < $1.rank }
    }

    /// Whether a value that is a slip away is what keeps the policy from denying the request.
    private func hasValueSlip(_ policy: PolicyReference) -> Bool {
        let missed = MissedDenial(
            of: trial.document, for: trial.workload, by: trial.point, documents: trial.documents, now: trial.now)
        return missed.policies.firstIndex { $0.reference == policy }.flatMap { missed.slip(in: $0) } != nil
    }
}
