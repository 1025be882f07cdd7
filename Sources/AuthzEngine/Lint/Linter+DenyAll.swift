import AuthzCore
import AuthzPolicy

extension Linter {
    /// A DENY rule that matches every request, where ALLOW rules name some: DENY goes before ALLOW, so it is no default.
    mutating func findDenyAll(_ subject: LintRule) {
        guard isTrivial(subject.rule), isWhole(subject) else { return }
        let others = documents.authorizationPolicies.enumerated().filter { index, policy in
            policy.action == .allow && !policy.isDryRun && !policy.rules.isEmpty
                && subject.sites.contains { reached[$0.index].contains(index) }
        }
        for (index, policy) in others {
            let sites = subject.sites.filter { reached[$0.index].contains(index) }
            for ordinal in policy.rules.indices {
                let other = LintRule(policy: policy, index: index, ordinal: ordinal, sites: sites)
                guard let document = allowed(alone: other), report(document).isDecided(by: subject) else { continue }
                closedSites.formUnion(subject.sites.map(\.index))
                let rest = others.count > 1 ? " and \(others.count - 1) other\(others.count > 2 ? "s" : "")" : ""
                return add(
                    .allowAlwaysDenied, subject,
                    "a DENY rule that matches every request goes before all ALLOW rules: those of \(policy.reference.qualifiedName)\(rest) allow nothing there",
                    hint:
                        "for a default of deny write `spec: {}` in its place, which allows nothing but what other ALLOW policies allow; if all is meant to be denied, say so in an annotation",
                    [proof(document, "is what \(other.title) allows, and is denied")])
            }
        }
    }

    /// A request or connection that a rule allows, if it is the only one.
    mutating func allowed(alone rule: LintRule) -> RequestDocument? {
        guard let alone = point(for: [rule.alone()], at: rule.sites) else { return nil }
        for site in rule.sites.prefix(Self.maximumSites) {
            for base in [site.request, site.connection] {
                if let document = allowed(by: alone, near: base).documents.first { return document }
            }
        }
        return nil
    }
}
