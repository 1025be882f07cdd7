import AuthzCore
import AuthzPolicy

/// Rules that others make useless.
extension Linter {
    /// ALLOW and DENY rules that add nothing to the others, the later of two alike.
    mutating func findShadowedRules(_ reportProgress: (Int, Int) -> Void) {
        let known = Set(
            findings.filter { $0.policy.kind == .authorizationPolicy && $0.code.isAboutWholeRule }.map(\.title))
        var shadowed: Set<String> = []
        for index in documents.authorizationPolicies.indices.reversed() {
            let policy = documents.authorizationPolicies[index]
            guard !policy.isDryRun, policy.action == .allow || policy.action == .deny else { continue }
            let sites = sites(of: policy)
            guard !sites.isEmpty, sites.count <= Self.maximumSites else { continue }
            for ordinal in policy.rules.indices.reversed() {
                let subject = LintRule(policy: policy, index: index, ordinal: ordinal, sites: sites)
                let title = subject.title
                guard !known.contains(title), isWhole(subject), !isTrivial(subject) || policy.action == .allow else {
                    continue
                }
                if findShadowed(subject, without: shadowed) { shadowed.insert(title) }
            }
            reportProgress(documents.authorizationPolicies.count, documents.authorizationPolicies.count)
        }
    }

    private func isTrivial(_ subject: LintRule) -> Bool { subject.rule.tests.isEmpty }

    private mutating func findShadowed(_ subject: LintRule, without shadowed: Set<String>) -> Bool {
        let denials = documents.authorizationPolicies.filter { $0.action == .deny && !$0.isDryRun }
        var others: [AuthorizationPolicy] = []
        for (index, var policy) in documents.authorizationPolicies.enumerated()
        where policy.action == subject.policy.action && !policy.isDryRun {
            let kept = policy.rules.indices.filter { ordinal in
                let rule = LintRule(policy: policy, index: index, ordinal: ordinal, sites: [])
                return !(index == subject.index && ordinal == subject.ordinal) && !shadowed.contains(rule.title)
            }
            policy.rules = kept.map { policy.rules[$0] }
            policy.action = .deny
            // Two policies of one name cannot be told apart.
            policy.metadata.name = "lint-\(index)"
            if !policy.rules.isEmpty { others.append(policy) }
        }
        if !others.isEmpty, !canMatch([subject.alone(subject.rule.withoutFreeMethods)] + others, subject) {
            return addShadowed(subject, .ruleShadowed)
        }
        guard subject.policy.action == .allow, !denials.isEmpty,
            !canMatch([subject.alone(subject.rule.withoutFreeMethods)] + denials, subject)
        else {
            return false
        }
        return addShadowed(subject, .allowAlwaysDenied)
    }

    /// Executes a request that the rule matches, and says what decides it.
    private mutating func addShadowed(_ subject: LintRule, _ code: LintCode) -> Bool {
        guard let alone = point(for: [subject.alone()]), let without = point(for: policies(without: subject)) else {
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
                let decider = match.map {
                    "\($0.policy.qualifiedName)\($0.rule.map { ", rule \($0)" } ?? "")"
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

extension LintRule {
    /// `namespace/name, rule N`.
    var title: String {
        "\(PolicyReference(.authorizationPolicy, policy.metadata).qualifiedName), rule \(ordinal + 1)"
    }
}

extension LintCode {
    /// Whether a rule with such a finding is no use, so that it is not looked into any further.
    fileprivate var isAboutWholeRule: Bool {
        [.ruleNeverMatches, .tokenNeverVerified, .principalNeedsMTLS].contains(self)
    }
}
