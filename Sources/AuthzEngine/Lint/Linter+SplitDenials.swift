import AuthzCore
import AuthzPolicy

/// A dash too many in a DENY policy: what is to hold together denies each by itself.
extension Linter {
    /// A rule that says what, and behind it one that has only the conditions. Of several rules one is likely to be meant by itself, unless
    /// all others say two things.
    mutating func findSplitCondition(_ policy: AuthorizationPolicy, _ index: Int, _ sites: [LintSite]) {
        guard policy.action == .deny else { return }
        let rules = policy.rules
        for ordinal in rules.indices.dropFirst() where rules[ordinal].saysOnlyWhen && rules[ordinal - 1].saysOnlyPaths {
            let others = rules.indices.filter { $0 != ordinal && $0 != ordinal - 1 }
            guard others.allSatisfy({ rules[$0].parts.count > 1 }) else { continue }
            findSplitCondition(LintRule(policy: policy, index: index, ordinal: ordinal, sites: sites))
        }
    }

    private mutating func findSplitCondition(_ subject: LintRule) {
        var joined = subject.policy
        joined.rules[subject.ordinal - 1].when = subject.rule.when
        joined.rules.remove(at: subject.ordinal)
        guard let alone = point(for: [subject.alone()], at: subject.sites) else { return }
        for base in strangerRequests(to: subject) {
            let others = policies(beside: subject) + [joined]
            guard
                let document = request(
                    matching: subject.rule, of: subject, alone, allowedBy: others, near: base),
                report(document).isDecided(by: subject)
            else { continue }
            return add(
                .splitRule, subject,
                "rule \(subject.ordinal) says what and this one when: as two rules, each denies by itself, and this one denies everything else, too",
                hint:
                    "take the dash before `when` away, so that both are one rule; if each is meant by itself, say so in an annotation",
                [proof(document, "is denied, and is nothing of what rule \(subject.ordinal) names")])
        }
    }

    /// An entry of `to` that names hosts, and one that leaves out what is open there.
    mutating func findSplitHosts(_ subject: LintRule) {
        let rule = subject.rule
        guard subject.policy.action == .deny, rule.to.count == 2 else { return }
        for (named, leaving) in [(0, 1), (1, 0)] {
            guard rule.to[named].namesOnlyHosts, rule.to[leaving].fields.count == 1, rule.to[leaving].leavesOutPaths
            else { continue }
            var (joined, leftOut) = (rule, rule)
            joined.to = [rule.to[named].adding(rule.to[leaving].fields)]
            leftOut.to = joined.to
            for index in leftOut.to[0].fields.indices where leftOut.to[0].fields[index].field == .paths {
                let values = leftOut.to[0].fields[index].lists.notValues
                leftOut.to[0].fields[index].lists = AuthorizationPolicy.ValueLists(values: values)
            }
            guard let alone = point(for: [subject.alone(leftOut)], at: subject.sites) else { continue }
            for base in strangerRequests(to: subject) {
                guard
                    let document = request(
                        matching: leftOut, of: subject, alone, allowedBy: policies(subject, with: joined), near: base),
                    report(document).isDecided(by: subject)
                else { continue }
                return add(
                    .splitRule, subject, at: rule.to[leaving].location,
                    "each entry of `to` is enough: what this one leaves out is denied by the other, and all else is denied at other hosts, too",
                    hint: "write both under one `operation`, without the second dash",
                    [proof(document, "is left out by this entry, and denied all the same")])
            }
        }
    }
}

extension AuthorizationPolicy.OperationMatch {
    fileprivate var namesOnlyHosts: Bool {
        !fields.isEmpty && fields.allSatisfy { $0.field == .hosts && $0.lists.notValues.isEmpty }
    }

    fileprivate var leavesOutPaths: Bool {
        fields.contains { $0.field == .paths } && fields.allSatisfy(\.lists.values.isEmpty)
    }
}

extension AuthorizationPolicy.Rule {
    fileprivate var saysOnlyPaths: Bool {
        from.isEmpty && when.isEmpty && tests.contains { $0.field == .path && !$0.lists.values.isEmpty }
    }

    fileprivate var saysOnlyWhen: Bool { from.isEmpty && to.isEmpty && !when.isEmpty }
}
