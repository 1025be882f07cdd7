import AuthzCore
import AuthzPolicy

/// A dash too many: one rule that says who, and beside it one that says what, in the place of one that says both.
extension Linter {
    mutating func findSplitRules(_ policy: AuthorizationPolicy, _ index: Int, _ sites: [LintSite]) {
        guard policy.action == .allow else { return }
        let rules = policy.rules
        let isWhoWhatWhen =
            rules.count == 3 && rules[0].saysOnlyWho(isLast: false) && rules[1].saysOnlyWhat
            && rules[2].from.isEmpty && rules[2].to.isEmpty && !rules[2].when.isEmpty
        for first in rules.indices.dropLast() {
            // Of several rules one is likely to be open on purpose, unless all others say both.
            let others = rules.indices.filter { $0 != first && $0 != first + 1 }
            if rules[first].namesOnlyCallers, rules[first + 1].from.isEmpty, !rules[first + 1].to.isEmpty,
                let other = others.first(where: { !rules[$0].to.isEmpty && rules[$0].hasCallers(of: rules[first]) })
            {
                findSplitCallers(LintRule(policy: policy, index: index, ordinal: first + 1, sites: sites), other)
                continue
            }
            guard isWhoWhatWhen || others.allSatisfy({ !rules[$0].from.isEmpty && !rules[$0].to.isEmpty }) else {
                continue
            }
            let before = findings.count
            for (who, what) in [(first, first + 1), (first + 1, first)]
            where rules[who].saysOnlyWho(isLast: who > what) && rules[what].saysOnlyWhat {
                findSplitRule(LintRule(policy: policy, index: index, ordinal: what, sites: sites), by: who)
            }
            if findings.count <= before, rules[first].when.isEmpty,
                !rules[first].from.isEmpty || rules[first].saysOnlyWhat, rules[first + 1].saysOnlyUnderWhat
            {
                findSplitWhen(LintRule(policy: policy, index: index, ordinal: first + 1, sites: sites))
            }
            if rules[first].saysOnlyToken, rules[first + 1].saysOnlyClaims {
                findSplitToken(LintRule(policy: policy, index: index, ordinal: first + 1, sites: sites))
            } else if findings.count <= before, !rules[first].from.isEmpty, rules[first + 1].saysOnlyClaims,
                !rules.indices.contains(where: { $0 != first + 1 && rules[$0].tests.contains(where: \.field.isToken) })
            {
                // Where another rule asks for a token, too, those who have the claim may well be some of several.
                findSplitWhen(LintRule(policy: policy, index: index, ordinal: first + 1, sites: sites))
            }
        }
    }

    private mutating func findSplitRule(_ subject: LintRule, by who: Int) {
        let other = LintRule(policy: subject.policy, index: subject.index, ordinal: who, sites: subject.sites)
        guard let what = point(for: [subject.alone()], at: subject.sites),
            let named = point(for: [other.alone()], at: subject.sites)
        else { return }
        let isByWhen = other.rule.from.isEmpty
        let dash = subject.ordinal > who ? "to" : isByWhen ? "when" : "from"
        for base in strangerRequests(to: subject) {
            guard let document = request(matching: what, allowedBy: point, near: base),
                document.source.principal == base.source.principal, document.token == nil, !allows(document, named)
            else { continue }
            return addSplit(
                subject,
                "rule \(who + 1) says \(isByWhen ? "when" : "who") and this one what: as two rules, each allows by itself, and whoever comes may do this",
                hint:
                    "take the dash before `\(dash)` away, so that both are one rule; if this is open to all, say so in an annotation",
                [
                    proof(
                        document,
                        "is allowed, and rule \(who + 1) does not \(isByWhen ? "hold of it" : "name who sends it")")
                ])
        }
    }

    /// A rule of nothing but conditions, which whoever comes may meet, or whoever has such a token, behind one that says who or what.
    private mutating func findSplitWhen(_ subject: LintRule) {
        let first = subject.policy.rules[subject.ordinal - 1]
        let isOfToken = subject.rule.saysOnlyClaims
        var joined = subject.policy
        joined.rules[subject.ordinal - 1].when = first.when + subject.rule.when
        joined.rules.remove(at: subject.ordinal)
        guard let alone = point(for: [subject.alone()], at: subject.sites),
            let whole = point(for: policies(beside: subject) + [joined], at: subject.sites)
        else { return }
        for base in strangerRequests(to: subject) {
            guard let document = request(matching: alone, allowedBy: point, near: base),
                document.source.principal == base.source.principal, isOfToken || document.token == nil,
                !allows(document, whole)
            else { continue }
            let says = [
                first.from.isEmpty ? nil : "who", first.to.isEmpty ? nil : "what", first.when.isEmpty ? nil : "when",
            ].compactMap(\.self)
            let (what, whoever) = isOfToken ? ("whose token", "has such a token") : ("when", "meets it")
            return addSplit(
                subject,
                "rule \(subject.ordinal) says \(says.joined(separator: " and ")), and this one \(what): as two rules, each allows by itself, and this one allows everything to whoever \(whoever)",
                hint:
                    "take the dash before `when` away, so that both are one rule; if this is meant by itself, say so in an annotation",
                [proof(document, "is allowed, and rule \(subject.ordinal) does not name it")])
        }
    }

    /// A rule for whoever has a token, and behind it one of nothing but what stands in it.
    private mutating func findSplitToken(_ subject: LintRule) {
        let first = LintRule(
            policy: subject.policy, index: subject.index, ordinal: subject.ordinal - 1, sites: subject.sites)
        var joined = subject.policy
        joined.rules[first.ordinal].when = subject.rule.when
        joined.rules.remove(at: subject.ordinal)
        guard let alone = point(for: [first.alone()], at: subject.sites),
            let whole = point(for: policies(beside: subject) + [joined], at: subject.sites)
        else { return }
        for base in strangerRequests(to: subject) {
            guard let document = request(matching: alone, allowedBy: point, near: base), !allows(document, whole)
            else { continue }
            return addSplit(
                subject,
                "rule \(subject.ordinal) says whose token and this one what is in it: as two rules, each allows by itself, and any such token is enough",
                hint:
                    "take the dash before `when` away, so that both are one rule; if this is meant by itself, say so in an annotation",
                [proof(document, "is allowed, and would not be if both had to hold")])
        }
    }

    /// A rule of nothing but callers, in front of one that says what, where another rule says what the same callers may do.
    ///
    /// - Parameter other: The ordinal of that one.
    private mutating func findSplitCallers(_ subject: LintRule, _ other: Int) {
        let callers = LintRule(
            policy: subject.policy, index: subject.index, ordinal: subject.ordinal - 1, sites: subject.sites)
        var joined = subject.policy
        joined.rules[callers.ordinal] = callers.rule.joined(subject.rule)
        joined.rules.remove(at: subject.ordinal)
        guard let alone = point(for: [callers.alone()], at: subject.sites),
            let whole = point(for: policies(beside: subject) + [joined], at: subject.sites)
        else { return }
        for base in strangerRequests(to: subject) {
            guard let document = request(matching: alone, allowedBy: point, near: base), !allows(document, whole)
            else { continue }
            overriding.insert(callers.title)
            return addSplit(
                subject,
                "rule \(subject.ordinal) says who and this one what: as two rules, each allows by itself, and those whom rule \(subject.ordinal) names may do everything, not only what rule \(other + 1) allows them",
                hint:
                    "take the dash before `to` away, so that both are one rule; if they may do everything, say so in an annotation",
                [proof(document, "is allowed by rule \(subject.ordinal), and would not be if both had to hold")])
        }
    }

    /// The same rule may have been said to ask for nothing but a header: that is because of the dash.
    private mutating func addSplit(
        _ subject: LintRule, _ message: String, hint: String, _ proofs: [LintFinding.Proof]
    ) {
        findings.removeAll { finding in
            finding.code == .allowByHeader && finding.policy == subject.policy.reference
                && finding.rule == subject.ordinal + 1
        }
        add(.splitRule, subject, message, hint: hint, proofs)
    }
}

extension AuthorizationPolicy.Rule {
    /// Whether it names callers, whatever they do.
    ///
    /// - Parameter isLast: Whether it stands where conditions of the rule before it would: then it may have these alone. In front of others
    ///   it is likely to be of those who may do all.
    fileprivate func saysOnlyWho(isLast: Bool) -> Bool {
        guard to.isEmpty, !from.isEmpty || isLast && !when.isEmpty else { return false }
        return tests.contains { !$0.lists.values.isEmpty && (!from.isEmpty || $0.field.isOfCallers) }
    }

    /// Whether it names callers by `from`, and nothing else.
    fileprivate var namesOnlyCallers: Bool {
        !from.isEmpty && to.isEmpty && when.isEmpty && tests.allSatisfy { !$0.lists.values.isEmpty }
    }

    /// Whether its `from` is just that of another rule.
    fileprivate func hasCallers(of other: AuthorizationPolicy.Rule) -> Bool {
        let texts = { (rule: AuthorizationPolicy.Rule) in
            rule.from.map { source in
                source.fields.map { "\($0.field) \($0.lists.values.map(\.value)) \($0.lists.notValues.map(\.value))" }
            }
        }
        return texts(self) == texts(other)
    }

    /// Whether it has conditions alone, and none by which somebody is known: who has a certain token may well be meant to do all.
    fileprivate var saysOnlyUnderWhat: Bool {
        guard from.isEmpty, to.isEmpty, !when.isEmpty, tests.count == when.count else { return false }
        return tests.contains { !$0.lists.values.isEmpty }
            && !tests.contains { $0.field.isPeerIdentity || $0.field.isToken }
    }

    /// Whether it asks for a token alone, whatever is done.
    var saysOnlyToken: Bool {
        !from.isEmpty && to.isEmpty && when.isEmpty && tests.allSatisfy { $0.field.isToken && !$0.lists.values.isEmpty }
    }

    /// Whether it asks for what stands in a token alone.
    var saysOnlyClaims: Bool {
        from.isEmpty && to.isEmpty && !when.isEmpty && tests.count == when.count && tests.allSatisfy(\.field.isToken)
    }

    /// Whether it names operations, and none that many services have open to all. What asks who comes by its conditions says both.
    fileprivate var saysOnlyWhat: Bool {
        guard from.isEmpty, tests.contains(where: { $0.side == .to && [.path, .method].contains($0.field) }),
            !tests.contains(where: { $0.side == .when && $0.field.isOfCallers })
        else {
            return false
        }
        return !tests.contains { test in
            switch test.field {
            case .path: test.lists.values.contains { Self.isOftenOpen($0.value) }
            case .method: test.lists.values.allSatisfy { $0.value == "OPTIONS" }
            case .peerPrincipal, .namespace, .serviceAccount, .trustDomain, .sourceIP, .remoteIP, .destinationIP,
                .destinationPort, .sni, .requestPrincipal, .claim, .header, .dynamicMetadata, .host:
                false
            }
        }
    }

    private static let openWords = [
        "health", "ready", "live", "alive", "ping", "status", "metrics", "version", "favicon", "robots", "static",
        "assets",
        "public", "well-known", "login", "logout", "signup", "signin", "oauth", "callback", "docs", "swagger",
        "openapi",
        "webhook", "jwks", "index",
    ]

    static func isOftenOpen(_ path: String) -> Bool {
        let path = path.lowercased()
        return path == "/" || openWords.contains { path.contains($0) }
    }
}

extension ConditionField {
    /// Whether it tells callers from others.
    fileprivate var isOfCallers: Bool { isPeerIdentity || isToken || self == .sourceIP || self == .remoteIP }
}
