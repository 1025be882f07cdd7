import AuthzCore
import AuthzPolicy

/// A dash too many within an ALLOW rule: alternatives in the place of what is to hold together.
extension Linter {
    mutating func findSplitEntries(_ subject: LintRule) {
        let rule = subject.rule
        for (first, second) in [(0, 1), (1, 0)] {
            if rule.to.count == 2, let methods = rule.to[first].methods, rule.to[second].saysOnlyWhere {
                var apart = rule
                let others = AuthorizationPolicy.ValueLists(notValues: methods)
                apart.to = [rule.to[second].adding([(field: .methods, lists: others)])]
                var joined = rule
                joined.to = [rule.to[second].adding(rule.to[first].fields)]
                findSplitEntry(
                    subject, apart, joined, at: rule.to[1].location,
                    "one entry of `to` says how and one where: as two entries, each allows by itself, and other methods are allowed there",
                    of: "operation")
            }
        }
        for (first, second) in [(0, 1), (1, 0)] {
            if rule.from.count == 2, rule.from[first].saysOnlyPeer, rule.from[second].saysOnlyToken {
                var apart = rule
                apart.from = [rule.from[second]]
                var joined = rule
                joined.from = [rule.from[first].adding(rule.from[second].fields)]
                findSplitEntry(
                    subject, apart, joined, at: rule.from[1].location,
                    "one entry of `from` says which peer and one whose token: as two entries, each allows by itself, and the token is enough for whoever brings it",
                    of: "source")
            }
        }
    }

    /// - Parameters:
    ///   - apart: What one entry matches by itself.
    ///   - joined: The rule with both in one.
    private mutating func findSplitEntry(
        _ subject: LintRule, _ apart: AuthorizationPolicy.Rule, _ joined: AuthorizationPolicy.Rule,
        at place: SourceLocation, _ message: String, of entry: String
    ) {
        guard let alone = point(for: [subject.alone(apart)], at: subject.sites),
            let whole = point(for: policies(subject, with: joined), at: subject.sites)
        else { return }
        for base in strangerRequests(to: subject) {
            guard let document = request(matching: alone, allowedBy: point, near: base), !allows(document, whole)
            else { continue }
            return add(
                .splitRule, subject, at: place, message,
                hint:
                    "write both under one `\(entry)`, without the second dash; if either is enough, say so in an annotation",
                [proof(document, "is allowed, and would not be if both had to hold")])
        }
    }
}

extension AuthorizationPolicy.OperationMatch {
    /// The methods, where it names nothing else. What is not for whoever asks is not meant to be open to all by them.
    fileprivate var methods: [Located<String>]? {
        guard fields.count == 1, fields[0].field == .methods, fields[0].lists.notValues.isEmpty else { return nil }
        let values = fields[0].lists.values
        return values.isEmpty || values.allSatisfy { ["*", "OPTIONS"].contains($0.value) } ? nil : values
    }

    /// Whether it names paths, none that many services have open to all, and no methods.
    fileprivate var saysOnlyWhere: Bool {
        !fields.contains { $0.field == .methods }
            && fields.contains { field in
                field.field == .paths && !field.lists.values.isEmpty
                    && !field.lists.values.contains { AuthorizationPolicy.Rule.isOftenOpen($0.value) }
            }
    }
}

extension AuthorizationPolicy.SourceMatch {
    var saysOnlyPeer: Bool {
        !fields.isEmpty
            && fields.allSatisfy { ConditionField($0.field).isPeerIdentity && !$0.lists.values.isEmpty }
    }

    fileprivate var saysOnlyToken: Bool {
        fields.count == 1 && fields[0].field == .requestPrincipals && !fields[0].lists.values.isEmpty
    }
}
