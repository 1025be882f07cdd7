import AuthzCore
import AuthzPolicy

/// One rule that leaves others nothing to do. It is told where that rule stands: the others are likely to be good.
extension Linter {
    /// How many rules that are always denied, and DENY rules that may be the reason, are compared.
    private static let maximumCompared = 16

    // MARK: ALLOW

    /// An ALLOW rule that matches every request, and is kept from being open to all by DENY rules alone, beside rules that say who may do
    /// what.
    mutating func findAllowBeside(_ subject: LintRule) {
        guard let without = point(for: policies(without: subject), at: subject.sites) else { return }
        var named: [String] = []
        var found: RequestDocument?
        for (index, policy) in documents.authorizationPolicies.enumerated()
        where policy.action == .allow && !policy.isDryRun {
            let sites = subject.likelySites.filter { reached[$0.index].contains(index) }
            guard !sites.isEmpty else { continue }
            for ordinal in policy.rules.indices where !isTrivial(policy.rules[ordinal]) {
                let other = LintRule(policy: policy, index: index, ordinal: ordinal, sites: sites)
                named.append(policy.reference.qualifiedName)
                if found == nil { found = unnamed(beside: other, without) }
            }
        }
        guard let found else { return }
        let names = named.uniqued()
        let rest = names.count > 1 ? " and \(names.count - 1) other\(names.count > 2 ? "s" : "")" : ""
        overriding.insert(subject.title)
        add(
            .allowAll, subject,
            "an ALLOW rule that matches every request allows all that no DENY rule denies, whatever the rules of \(names[0])\(rest) ask for",
            hint:
                "for a default of deny write `spec: {}` in its place, which allows nothing but what other ALLOW policies allow; if it is meant to be open, say so in an annotation",
            [proof(found, "is allowed, and no other rule allows it")])
    }

    /// What a caller gets that a rule names, and that no rule but one names.
    private mutating func unnamed(beside other: LintRule, _ without: DecisionPoint) -> RequestDocument? {
        guard let alone = point(for: [other.alone()], at: other.sites) else { return nil }
        for site in other.sites where site.workload.readsHTTP {
            for document in allowed(by: alone, near: other.request(at: site)).documents {
                var document = document
                document.request?.path = "/whatever"
                if allows(document, point), !allows(document, without) { return document }
            }
        }
        return nil
    }

    // MARK: DENY

    /// Rules whose every request is denied: where one DENY rule is the reason for several of them, or for all that there are, it is the
    /// one to look at.
    mutating func tellDenied(_ denied: [LintRule]) {
        var rest = Array(denied.prefix(Self.maximumCompared))
        while let (reason, rules) = commonReason(of: rest) {
            let titles = Set(rules.map(\.title))
            guard addDenied(rules, by: reason) else { break }
            rest.removeAll { titles.contains($0.title) }
        }
        for rule in rest + denied.dropFirst(Self.maximumCompared) { _ = addShadowed(rule, .allowAlwaysDenied) }
    }

    /// The DENY rule that denies all of the most rules.
    private mutating func commonReason(of denied: [LintRule]) -> (LintRule, [LintRule])? {
        guard !denied.isEmpty else { return nil }
        var best: (reason: LintRule, rules: [LintRule])?
        var compared = 0
        for (index, policy) in documents.authorizationPolicies.enumerated()
        where policy.action == .deny && !policy.isDryRun {
            let sites = sites(of: policy)
            let near = denied.filter { $0.sites.contains { reached[$0.index].contains(index) } }
            guard !near.isEmpty else { continue }
            for ordinal in policy.rules.indices where compared < Self.maximumCompared {
                let reason = LintRule(policy: policy, index: index, ordinal: ordinal, sites: sites)
                guard isWhole(reason) else { continue }
                compared += 1
                var alone = policy
                alone.rules = [reason.rule]
                let rules = near.filter { rule in
                    let policies = [rule.alone(rule.rule.withoutFreeMethods), alone]
                    return !canMatch(policies, connections: policies, rule)
                }
                guard rules.count > (best?.rules.count ?? 0), rules.count > 1 || isOnly(rules, at: sites) else {
                    continue
                }
                best = (reason, rules)
            }
        }
        return best.map { ($0.reason, $0.rules) }
    }

    /// Whether no other rule allows anything at some sites.
    private func isOnly(_ rules: [LintRule], at sites: [LintSite]) -> Bool {
        let titles = Set(rules.map(\.title))
        return documents.authorizationPolicies.enumerated().allSatisfy { index, policy in
            policy.action != .allow || policy.isDryRun || !sites.contains { reached[$0.index].contains(index) }
                || policy.rules.indices.allSatisfy { ordinal in
                    titles.contains(LintRule(policy: policy, index: index, ordinal: ordinal, sites: []).title)
                }
        }
    }

    private mutating func addDenied(_ rules: [LintRule], by reason: LintRule) -> Bool {
        let requests = rules.compactMap { rule in allowed(alone: rule).map { (rule, $0) } }
        guard let (rule, document) = requests.first(where: { report($0.1).isDecided(by: reason) }) else { return false }
        let titles = rules.map(\.title).sorted()
        let named = titles.prefix(2).joined(separator: " and ")
        let rest = titles.count > 2 ? " and \(titles.count - 2) other\(titles.count > 3 ? "s" : "")" : ""
        let advice = slip(of: reason, keeping: requests.map(\.1)).map { "\($0.advice(reason.policy)) if not, " } ?? ""
        add(
            .allowAlwaysDenied, reason,
            "a DENY rule goes before all ALLOW rules, and this one denies all that \(named)\(rest) \(titles.count > 1 ? "allow" : "allows")",
            hint:
                "\(advice)leave out of it what is to be allowed, or take the ALLOW \(titles.count > 1 ? "rules" : "rule") out",
            [proof(document, "is what \(rule.title) allows, and is denied")])
        return true
    }

    /// The one slip in the shape of a DENY rule without which some requests are allowed: of its dashes, and of the callers that it
    /// names. What it leaves out may as well be misspelled.
    private mutating func slip(of reason: LintRule, keeping requests: [RequestDocument]) -> RuleSlip? {
        let others = policies(beside: reason)
        let slips = reason.policy.slips(of: reason.ordinal, reason.index).filter { slip in
            if case .opposite = slip.shape, !slip.isOfCallers { return false }
            guard let point = point(for: others + [reason.policy.mending([slip])], at: reason.sites) else {
                return false
            }
            return requests.allSatisfy { allows($0, point) }
        }
        return slips.count == 1 ? slips[0] : nil
    }
}
