import AuthzCore
import AuthzPolicy

/// Two ALLOW policies of the same workloads, one that says who calls and one that says whose token he has: either is enough.
extension Linter {
    /// - Parameter policy: The one of the token.
    mutating func findSplitPolicies(_ policy: AuthorizationPolicy, _ index: Int, _ sites: [LintSite]) {
        guard policy.action == .allow, policy.rules.count == 1,
            policy.rules[0].saysOnlyToken || policy.rules[0].saysOnlyClaims
        else { return }
        let others = documents.authorizationPolicies.enumerated().filter { other, that in
            other != index && that.action == .allow && !that.isDryRun && !that.rules.isEmpty
                && sites.contains { reached[$0.index].contains(other) }
        }.map(\.element)
        let callers = others.filter { $0.rules.count == 1 && $0.rules[0].saysOnlyCaller && $0.isAttached(like: policy) }
        // Of several policies one is likely to be open on purpose, unless all others say both.
        guard callers.count == 1, let caller = callers.first,
            others.allSatisfy({ other in
                other.reference == caller.reference
                    || other.rules.allSatisfy { !$0.from.isEmpty && !$0.to.isEmpty }
            })
        else { return }
        let subject = LintRule(policy: policy, index: index, ordinal: 0, sites: sites)
        var joined = caller
        joined.rules[0].from = caller.rules[0].from.flatMap { source in
            subject.rule.from.isEmpty ? [source] : subject.rule.from.map { source.adding($0.fields) }
        }
        joined.rules[0].when = subject.rule.when
        let rest = policies(beside: subject).filter { $0.reference != caller.reference }
        guard let alone = point(for: [subject.alone()], at: sites), let whole = point(for: rest + [joined], at: sites)
        else { return }
        for base in strangerRequests(to: subject) {
            guard let document = request(matching: alone, allowedBy: point, near: base),
                document.source.principal == base.source.principal, !allows(document, whole)
            else { continue }
            let name = caller.reference.qualifiedName
            return add(
                .splitRule, subject,
                "\(name) says who calls and this policy whose token: as two ALLOW policies, each allows by itself, and whoever has such a token may do everything",
                hint: "write both in one rule of one policy; if either is enough, say so in an annotation",
                [proof(document, "is allowed, and \(name) does not name who sends it")])
        }
    }
}

extension AuthorizationPolicy {
    /// Whether it is written for the same workloads as another one.
    fileprivate func isAttached(like other: AuthorizationPolicy) -> Bool {
        guard metadata.namespace == other.metadata.namespace else { return false }
        return switch (attachment, other.attachment) {
        case (.everything, .everything): true
        case (.selector(let labels), .selector(let others)): labels == others
        case (.targetRefs(let refs), .targetRefs(let others)): refs == others
        case (.everything, _), (.selector, _), (.targetRefs, _): false
        }
    }
}

extension AuthorizationPolicy.Rule {
    /// Whether it names peers by their certificates, whatever they do.
    fileprivate var saysOnlyCaller: Bool {
        !tests.isEmpty && to.isEmpty && when.isEmpty
            && tests.allSatisfy { $0.field.isPeerIdentity && !$0.lists.values.isEmpty }
    }
}
