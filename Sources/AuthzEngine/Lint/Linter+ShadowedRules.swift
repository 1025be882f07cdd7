import AuthzCore
import AuthzPolicy

/// Rules that others make useless.
extension Linter {
    /// ALLOW and DENY rules that add nothing to the others, the later of two alike.
    mutating func findShadowedRules(_ reportProgress: (Int, Int) -> Void) {
        let known = Set(
            findings.filter { $0.policy.kind == .authorizationPolicy && $0.code.isAboutWholeRule }.map(\.title))
        var shadowed: Set<String> = []
        var denied: [LintRule] = []
        for index in documents.authorizationPolicies.indices.reversed() {
            let policy = documents.authorizationPolicies[index]
            guard !policy.isDryRun, policy.action == .allow || policy.action == .deny else { continue }
            let sites = sites(of: policy)
            guard !sites.isEmpty, sites.count <= Self.maximumSites else { continue }
            for ordinal in policy.rules.indices.reversed() {
                let subject = LintRule(policy: policy, index: index, ordinal: ordinal, sites: sites)
                let title = subject.title
                guard !known.contains(title), isWhole(subject), !subject.rule.tests.isEmpty || policy.action == .allow
                else { continue }
                if findShadowed(subject, without: shadowed) {
                    shadowed.insert(title)
                } else if isAlwaysDenied(subject) {
                    shadowed.insert(title)
                    denied.append(subject)
                }
            }
            reportProgress(documents.authorizationPolicies.count - index, documents.authorizationPolicies.count)
        }
        tellDenied(denied)
    }

    private mutating func findShadowed(_ subject: LintRule, without shadowed: Set<String>) -> Bool {
        let alone = subject.alone(subject.rule.withoutFreeMethods)
        let others = others(subject, without: shadowed)
        let connections: [AuthorizationPolicy]
        switch subject.policy.action {
        case .allow:
            // Over TCP a rule that says something of HTTP allows nothing.
            connections = [alone] + others.map { $0.keeping { !$0.tests.contains(where: \.field.isHTTPOnly) } }
        case .deny: connections = [subject.alone(subject.rule.removing(\.isHTTPOnly))] + others
        case .audit, .custom: return false
        }
        guard !others.isEmpty,
            !canMatch([alone] + others, connections: connections.filter { !$0.rules.isEmpty }, subject)
        else { return false }
        return addShadowed(subject, .ruleShadowed)
    }

    private mutating func isAlwaysDenied(_ subject: LintRule) -> Bool {
        // That a rule denies everything is said of that one.
        guard !subject.sites.allSatisfy({ closedSites.contains($0.index) }) else { return false }
        let denials = policies(beside: subject).filter { $0.action == .deny && !$0.isDryRun }
        guard subject.policy.action == .allow, !denials.isEmpty else { return false }
        let alone = subject.alone(subject.rule.withoutFreeMethods)
        return !canMatch([alone] + denials, connections: [alone] + denials, subject)
    }

    /// All other rules of the action, as ones that deny.
    private func others(_ subject: LintRule, without shadowed: Set<String>) -> [AuthorizationPolicy] {
        var others: [AuthorizationPolicy] = []
        for (index, policy) in documents.authorizationPolicies.enumerated()
        where policy.action == subject.policy.action && !policy.isDryRun
            && subject.sites.contains(where: { reached[$0.index].contains(index) })
        {
            let kept = policy.rules.indices.filter { ordinal in
                let rule = LintRule(policy: policy, index: index, ordinal: ordinal, sites: [])
                return !(index == subject.index && ordinal == subject.ordinal) && !shadowed.contains(rule.title)
                    && !overriding.contains(rule.title)
            }
            var other = policy
            other.rules = kept.map { policy.rules[$0] }
            other.action = .deny
            // Two policies of one name cannot be told apart.
            other.metadata.name = "lint-\(index)"
            if !other.rules.isEmpty { others.append(other) }
        }
        return others
    }

    /// Executes a request that the rule matches, and says what decides it.
    mutating func addShadowed(_ subject: LintRule, _ code: LintCode) -> Bool {
        guard let alone = point(for: [subject.alone()], at: subject.sites),
            let without = point(for: policies(without: subject), at: subject.sites)
        else {
            return false
        }
        for site in subject.sites {
            for base in [site.request, site.connection] {
                var document: RequestDocument?
                if code == .ruleShadowed, subject.policy.action == .allow {
                    document = request(matching: alone, allowedBy: point, near: base)
                }
                guard let document = document ?? allowed(by: alone, near: base).documents.first else { continue }
                let before = report(document)
                let after = report(document, by: without)
                guard before.outcome == after.outcome else { continue }
                let match = after.determiningPolicy
                let decider = match.map { match in
                    let own = subject.policy.reference.qualifiedName
                    // Without the rule, those behind it have other numbers.
                    let isBehind = match.policy.qualifiedName == own && (match.rule ?? 0) > subject.ordinal
                    return
                        "\(match.policy.qualifiedName)\(match.rule.map { ", rule \($0 + (isBehind ? 1 : 0))" } ?? "")"
                }
                guard let decider else { continue }
                let message =
                    code == .ruleShadowed
                    ? "every request that this rule matches is matched by other rules of its action, such as \(decider)"
                    : "every request that this rule allows is denied, such as by \(decider)"
                let remark =
                    code == .ruleShadowed
                    ? "is decided alike without the rule, by \(decider)" : "is denied by \(decider)"
                add(
                    code, subject, message, hint: "take the rule out, or find out what it was meant for",
                    [proof(document, remark)])
                return true
            }
        }
        return false
    }
}

extension LintCode {
    /// Whether a rule with such a finding is no use, so that it is not looked into any further.
    fileprivate var isAboutWholeRule: Bool {
        [.ruleNeverMatches, .tokenNeverVerified, .principalNeedsMTLS].contains(self)
    }
}

extension AuthorizationPolicy {
    /// The policy with some of its rules.
    fileprivate func keeping(_ isKept: (Rule) -> Bool) -> AuthorizationPolicy {
        var policy = self
        policy.rules = rules.filter(isKept)
        return policy
    }
}
