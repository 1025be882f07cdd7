import AuthzCore
import AuthzPolicy

/// Alternatives that take each other's exceptions back, or that one of them is within.
extension Linter {
    /// Two entries of one rule that do nothing but leave something out. What one leaves out, the other matches.
    mutating func findSplitExceptions(_ subject: LintRule) {
        findSplitExceptions(subject, of: \.from, "two entries of `from`")
        findSplitExceptions(subject, of: \.to, "two entries of `to`")
    }

    private mutating func findSplitExceptions<Match: RuleMatch>(
        _ subject: LintRule, of list: WritableKeyPath<AuthorizationPolicy.Rule, [Match]>, _ alternatives: String
    ) {
        let entries = subject.rule[keyPath: list]
        guard entries.count == 2, let (first, second) = Self.exceptions(entries[0].fields, entries[1].fields) else {
            return
        }
        var (joined, named) = (subject.rule, subject.rule)
        joined[keyPath: list] = [entries[0]]
        joined[keyPath: list][0].fields[0].lists.notValues = first + second
        named[keyPath: list] = [entries[0]]
        named[keyPath: list][0].fields[0].lists = AuthorizationPolicy.ValueLists(values: first)
        findSplitException(
            subject, policies(subject, with: joined), named, at: entries[1].location, alternatives,
            entries[0].fields[0].field.rawValue)
    }

    /// The same as two rules of a policy.
    mutating func findSplitExceptions(_ policy: AuthorizationPolicy, _ index: Int, _ sites: [LintSite]) {
        guard policy.action == .allow || policy.action == .deny, policy.rules.count == 2,
            let test = policy.rules[0].onlyException, let other = policy.rules[1].onlyException,
            test.side == other.side, test.field == other.field,
            Self.areApart(test.lists.notValues, other.lists.notValues)
        else { return }
        let subject = LintRule(policy: policy, index: index, ordinal: 1, sites: sites)
        let all = test.lists.notValues + other.lists.notValues
        var joined = policy
        joined.rules = [policy.rules[0].replacing(test, with: AuthorizationPolicy.ValueLists(notValues: all))]
        let values = AuthorizationPolicy.ValueLists(values: test.lists.notValues)
        findSplitException(
            subject, policies(beside: subject) + [joined], policy.rules[0].replacing(test, with: values),
            at: policy.rules[1].location, "two rules", test.name)
    }

    /// - Parameters:
    ///   - whole: The policies with one list of exceptions.
    ///   - named: What the first of the alternatives leaves out.
    private mutating func findSplitException(
        _ subject: LintRule, _ whole: [AuthorizationPolicy], _ named: AuthorizationPolicy.Rule,
        at place: SourceLocation, _ alternatives: String, _ field: String
    ) {
        let isDenial = subject.policy.action == .deny
        guard let joined = point(for: whole, at: subject.sites),
            let leftOut = point(for: [subject.alone(named)], at: subject.sites)
        else { return }
        for site in subject.likelySites {
            let base = subject.plainest(at: site)
            guard let document = request(matching: leftOut, allowedBy: isDenial ? joined : point, near: base),
                allows(document, joined) != allows(document, point)
            else { continue }
            let effect = isDenial ? "denied" : "allowed"
            return add(
                .splitRule, subject, at: place,
                "\(alternatives) that only leave something out: each is enough, so what one leaves out is \(effect) by the other",
                hint: "write all that is left out in one \(AuthorizationPolicy.negated(field).quoted)",
                [proof(document, "is left out by the first, and \(effect) all the same")])
        }
    }

    /// The values that two entries leave out, where they test nothing else, and both the same field.
    private static func exceptions<Field: Equatable>(
        _ left: [(field: Field, lists: AuthorizationPolicy.ValueLists)],
        _ right: [(field: Field, lists: AuthorizationPolicy.ValueLists)]
    ) -> (first: [Located<String>], second: [Located<String>])? {
        guard left.count == 1, right.count == 1, left[0].field == right[0].field, left[0].lists.values.isEmpty,
            right[0].lists.values.isEmpty, areApart(left[0].lists.notValues, right[0].lists.notValues)
        else { return nil }
        return (left[0].lists.notValues, right[0].lists.notValues)
    }

    private static func areApart(_ left: [Located<String>], _ right: [Located<String>]) -> Bool {
        Set(left.map(\.value)).isDisjoint(with: right.map(\.value))
    }

    // MARK: Entries within others

    /// Two entries of `from`, by different fields of who the peer is, of which one says nothing that the other does not.
    mutating func findIncludedEntry(_ subject: LintRule) {
        let rule = subject.rule
        guard rule.from.count == 2 else { return }
        for (wide, narrow) in [(0, 1), (1, 0)] {
            guard rule.from[wide].saysOnlyPeer, rule.from[narrow].saysOnlyPeer,
                Set(rule.from[wide].fields.map(\.field)).isDisjoint(with: rule.from[narrow].fields.map(\.field))
            else { continue }
            var (widely, narrowly, joined) = (rule, rule, rule)
            widely.from = [rule.from[wide]]
            narrowly.from = [rule.from[narrow]]
            var excluded = subject.alone(widely)
            excluded.action = .deny
            excluded.metadata.name = "lint-excludes"
            let rest = [subject.alone(narrowly), excluded]
            guard !canMatch(rest, connections: rest, subject), canMatch(narrowly, subject) else { continue }
            joined.from = [rule.from[narrow].adding(rule.from[wide].fields)]
            guard let alone = point(for: [subject.alone(widely)], at: subject.sites),
                let whole = point(for: policies(subject, with: joined), at: subject.sites)
            else { continue }
            let (outer, inner) = (rule.from[wide].fields[0].field.rawValue, rule.from[narrow].fields[0].field.rawValue)
            for site in subject.likelySites {
                for document in [subject.plainest(at: site)].flatMap({ allowed(by: alone, near: $0).documents })
                where allows(document, point) && !allows(document, whole) {
                    return add(
                        .splitRule, subject, at: rule.from[narrow].location,
                        "who is named by \(inner.quoted) here is named by \(outer.quoted) of the other entry, too: as two entries, each allows by itself, and this one adds nothing",
                        hint:
                            "write both under one `source`, without the second dash, or take this entry out",
                        [proof(document, "is allowed, and would not be if both had to hold")])
                }
            }
        }
    }
}

extension AuthorizationPolicy.Rule {
    /// The only test, where that leaves out, and does nothing else.
    fileprivate var onlyException: RuleTest? {
        let tests = tests
        guard tests.count == 1, from.count + to.count + when.count == 1, tests[0].lists.values.isEmpty else {
            return nil
        }
        return tests[0].side == .when ? nil : tests[0]
    }
}
