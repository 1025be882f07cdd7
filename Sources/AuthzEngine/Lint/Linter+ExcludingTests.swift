import AuthzCore
import AuthzPolicy

/// Which two tests of a rule exclude each other.
extension Linter {
    /// How many pairs are tried.
    private static let maximumPairs = 20

    /// Two tests of one rule that some request passes alone, and none together; `nil` where there are no such two.
    mutating func findExcludingTests(_ subject: LintRule) -> (RuleTest, RuleTest)? {
        let rule = subject.rule
        guard rule.from.count < 2, rule.to.count < 2 else { return nil }
        let tests = rule.tests.filter { canMatch(rule.keeping([$0]), subject) }
        let pairs = tests.indices.flatMap { first in
            tests.indices.dropFirst(first + 1).map { (tests[first], tests[$0]) }
        }
        return pairs.prefix(Self.maximumPairs).first { !canMatch(rule.keeping([$0.0, $0.1]), subject) }
    }

    static func excludingHint(_ first: RuleTest, _ second: RuleTest) -> String {
        switch (first.side, second.side) {
        case (.from, .from):
            return "fields of one `source` must all hold: where either is enough, write two entries of `from`"
        case (.to, .to):
            return "fields of one `operation` must all hold: where either is enough, write two entries of `to`"
        case (.when, .when) where first.name == second.name:
            return "conditions must all hold: where either value is enough, list both in one condition"
        case (.from, _), (.to, _), (.when, _):
            return "`from`, `to` and all of `when` must hold together: where either is enough, write two rules"
        }
    }
}

extension AuthorizationPolicy.Rule {
    /// The rule with some of its tests alone. It has no alternatives.
    fileprivate func keeping(_ tests: [RuleTest]) -> AuthorizationPolicy.Rule {
        var rule = self
        let kept = { (side: RuleTest.Side, entry: Int, position: Int) in
            tests.contains { $0.side == side && $0.entry == entry && $0.position == position }
        }
        for entry in from.indices {
            rule.from[entry].fields = from[entry].fields.enumerated().filter { kept(.from, entry, $0.offset) }.map(
                \.element)
        }
        for entry in to.indices {
            rule.to[entry].fields = to[entry].fields.enumerated().filter { kept(.to, entry, $0.offset) }.map(\.element)
        }
        if rule.from.contains(where: \.fields.isEmpty) { rule.from = [] }
        if rule.to.contains(where: \.fields.isEmpty) { rule.to = [] }
        rule.when = when.enumerated().filter { kept(.when, $0.offset, 0) }.map(\.element)
        return rule
    }
}
