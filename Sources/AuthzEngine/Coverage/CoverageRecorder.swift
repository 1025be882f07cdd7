import AuthzCore
import AuthzPolicy

/// Finds out which values the answer of a rule hung on. Every answer is that of ``Program``, asked again without one value.
struct CoverageRecorder {
    let program: Program
    let caution: Caution

    /// Notes a rule that was asked.
    func record(
        _ rule: Program.Rule, _ request: borrowing CheckRequest, _ facts: Facts, claims: borrowing VerifiedClaims,
        into steps: inout CoverageSteps
    ) {
        let key = CoverageSteps.RuleKey(policy: Int(rule.policy), ordinal: Int(rule.ordinal))
        let isMatched = program.holds(rule, for: request, facts, claims: claims, caution: caution)
        if isMatched { steps.rules.insert(key) }
        for sides in [rule.permissions, rule.principals] {
            for side in sides {
                for index in program.conjunctions[Int(side)].tests {
                    let test = program.tests[Int(index)]
                    // Without a value a test matches less, without a `not` value more.
                    guard test.isNegated != isMatched else { continue }
                    for written in hits(of: test, request, facts, claims: claims) {
                        let source = program.sources[Int(test.source)]
                        let value = CoverageSteps.ValueKey(
                            rule: key, field: CoverageSteps.FieldKey(source, isNegated: test.isNegated),
                            written: written)
                        guard !steps.values.contains(value),
                            holds(rule, without: value, request, facts, claims: claims) != isMatched
                        else { continue }
                        steps.values.insert(value)
                    }
                }
            }
        }
    }

    /// The written values of a test that fit what it reads.
    private func hits(
        of test: Program.Test, _ request: borrowing CheckRequest, _ facts: Facts, claims: borrowing VerifiedClaims
    ) -> Set<String> {
        var written: Set<String> = []
        for (pattern, expansion) in zip(test.patterns, program.sources[Int(test.source)].expansions)
        where isHit(pattern, of: test, request, facts, claims: claims) {
            written.insert(expansion.written)
        }
        return written
    }

    private func isHit(
        _ pattern: Int32, of test: Program.Test, _ request: borrowing CheckRequest, _ facts: Facts,
        claims: borrowing VerifiedClaims
    ) -> Bool {
        var alone = test
        alone.patterns = pattern..<pattern + 1
        alone.isNegated = false
        return program.outcome(of: alone, for: request, facts, claims: claims, caution: caution) == .matches
    }

    private func holds(
        _ rule: Program.Rule, without value: CoverageSteps.ValueKey, _ request: borrowing CheckRequest, _ facts: Facts,
        claims: borrowing VerifiedClaims
    ) -> Bool {
        for sides in [rule.permissions, rule.principals] {
            var isAnyMatched = false
            for side in sides where !isAnyMatched {
                isAnyMatched = holds(
                    program.conjunctions[Int(side)], without: value, request, facts, claims: claims)
            }
            if !isAnyMatched { return false }
        }
        return true
    }

    private func holds(
        _ conjunction: Program.Conjunction, without value: CoverageSteps.ValueKey, _ request: borrowing CheckRequest,
        _ facts: Facts, claims: borrowing VerifiedClaims
    ) -> Bool {
        for index in conjunction.tests {
            let test = program.tests[Int(index)]
            let source = program.sources[Int(test.source)]
            let isReduced = CoverageSteps.FieldKey(source, isNegated: test.isNegated) == value.field
            let outcome =
                isReduced
                ? self.outcome(of: test, source, without: value.written, request, facts, claims: claims)
                : program.outcome(of: test, for: request, facts, claims: claims, caution: caution)
            switch outcome {
            case .matches: continue
            case .differs: return false
            case .unknown: if caution == .allowing { return false }
            }
        }
        return true
    }

    /// The answer of a test whose list lacks a value. A list that has lost its last one matches nothing.
    private func outcome(
        of test: Program.Test, _ source: Program.TestSource, without written: String, _ request: borrowing CheckRequest,
        _ facts: Facts, claims: borrowing VerifiedClaims
    ) -> TestOutcome {
        let whole = program.outcome(of: test, for: request, facts, claims: claims, caution: caution)
        if whole == .unknown { return whole }
        for (pattern, expansion) in zip(test.patterns, source.expansions) where expansion.written != written {
            if isHit(pattern, of: test, request, facts, claims: claims) { return TestOutcome(!test.isNegated) }
        }
        return TestOutcome(test.isNegated)
    }
}

extension CoverageSteps.FieldKey {
    init(_ source: Program.TestSource, isNegated: Bool) {
        self.init(side: source.side, entry: source.entry, field: source.field, isNegated: isNegated)
    }
}
