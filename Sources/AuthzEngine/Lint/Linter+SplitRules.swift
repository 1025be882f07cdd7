import AuthzCore
import AuthzPolicy

/// A dash too many: one rule that says who, and beside it one that says what, in the place of one that says both.
extension Linter {
    mutating func findSplitRules(_ policy: AuthorizationPolicy, _ index: Int, _ sites: [LintSite]) {
        guard policy.action == .allow else { return }
        let rules = policy.rules
        for first in rules.indices.dropLast() {
            // Of several rules one is likely to be open on purpose, unless all others say both.
            let others = rules.indices.filter { $0 != first && $0 != first + 1 }
            guard others.allSatisfy({ !rules[$0].from.isEmpty && !rules[$0].to.isEmpty }) else { continue }
            for (who, what) in [(first, first + 1), (first + 1, first)]
            where rules[who].saysOnlyWho && rules[what].saysOnlyWhat {
                findSplitRule(LintRule(policy: policy, index: index, ordinal: what, sites: sites), by: who)
            }
        }
    }

    private mutating func findSplitRule(_ subject: LintRule, by who: Int) {
        let other = LintRule(policy: subject.policy, index: subject.index, ordinal: who, sites: subject.sites)
        guard let what = point(for: [subject.alone()], at: subject.sites),
            let named = point(for: [other.alone()], at: subject.sites)
        else { return }
        for base in strangerRequests(to: subject) {
            guard let document = request(matching: what, allowedBy: point, near: base),
                document.source.principal == base.source.principal, document.token == nil, !allows(document, named)
            else { continue }
            return add(
                .splitRule, subject,
                "rule \(who + 1) says who and this one what: as two rules, each allows by itself, and whoever comes may do this",
                hint:
                    "take the dash before `\(subject.ordinal > who ? "to" : "from")` away, so that both are one rule; if this is open to all, say so in an annotation",
                [proof(document, "is allowed, and rule \(who + 1) does not name who sends it")])
        }
    }
}

extension AuthorizationPolicy.Rule {
    fileprivate var saysOnlyWho: Bool {
        !from.isEmpty && to.isEmpty && when.isEmpty && tests.contains { !$0.lists.values.isEmpty }
    }

    /// Whether it names operations, and none that many services have open to all.
    fileprivate var saysOnlyWhat: Bool {
        guard from.isEmpty, when.isEmpty, tests.contains(where: { [.path, .method].contains($0.field) }) else {
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
