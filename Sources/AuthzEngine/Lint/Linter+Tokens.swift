import AuthzCore
import AuthzPolicy

/// What a RequestAuthentication lets through.
extension Linter {
    mutating func lint(_ policy: RequestAuthentication) {
        let reference = policy.reference
        let reached = everySite.filter { $0.isLikely && point.policySet.reaches($0.destination, by: reference) }
        let places = AttachmentPlaces(namespace: policy.metadata.namespaceLocation, parts: policy.attachmentPlaces)
        findUnselected(reference, policy.attachment, places, isReaching: reached.contains { !$0.isMadeUp })
        guard !reached.isEmpty else { return }
        var seen: Set<String> = []
        let sites = reached.filter { seen.insert($0.decisionKey).inserted }.prefix(Self.maximumSites)
        findMissingToken(reference, Array(sites))
        for (ordinal, rule) in policy.rules.enumerated() {
            findSymmetricKey(reference, ordinal, rule, Array(sites))
            if rule.audiences.isEmpty { findAnyAudience(reference, ordinal, rule, Array(sites)) }
        }
    }

    /// The enforced rules that reach a site.
    private func rules(at site: LintSite) -> [(action: AuthorizationPolicy.Action, rule: AuthorizationPolicy.Rule)] {
        documents.authorizationPolicies.filter { !$0.isDryRun && reaches($0, site) }
            .flatMap { policy in policy.rules.map { (policy.action, $0) } }
    }

    private mutating func findMissingToken(_ policy: PolicyReference, _ sites: [LintSite]) {
        let asking = sites.filter(asksForToken)
        for site in sites where !asking.contains(where: { $0.index == site.index }) {
            // What is for tokens elsewhere, and here for peers that are named, has no hole.
            guard asking.isEmpty || !isForPeersAlone(site) else { continue }
            for document in allowed(by: point, near: site.request).documents
            where document.token == nil && document.destination.port == site.destination.port {
                add(
                    .missingTokenPasses, policy,
                    "tokens are verified at \(site.workload.displayName), and nothing asks for one: who sends none passes",
                    hint: "allow requests by `requestPrincipals`, or deny those with `notRequestPrincipals: [\"*\"]`",
                    [proof(document, "is allowed without a token")])
                return
            }
        }
    }

    private func asksForToken(_ site: LintSite) -> Bool {
        rules(at: site).contains { action, rule in
            rule.tests.contains { test in
                guard test.field.isToken else { return false }
                switch action {
                case .allow: return !test.lists.values.isEmpty
                case .deny: return !test.lists.notValues.isEmpty
                case .audit, .custom: return false
                }
            }
        }
    }

    /// Whether there are ALLOW rules, and each asks who the peer is.
    private func isForPeersAlone(_ site: LintSite) -> Bool {
        let rules = rules(at: site).filter { $0.action == .allow }.map(\.rule)
        return !rules.isEmpty
            && rules.allSatisfy { rule in
                let peers = rule.tests.filter { $0.field.isPeerIdentity && !$0.lists.values.isEmpty }
                let isFrom = { (entry: Int) in peers.contains { $0.side == .from && $0.entry == entry } }
                return peers.contains { $0.side == .when } || !rule.from.isEmpty && rule.from.indices.allSatisfy(isFrom)
            }
    }

    // MARK: Audiences

    private mutating func findAnyAudience(
        _ policy: PolicyReference, _ ordinal: Int, _ rule: RequestAuthentication.JWTRule, _ sites: [LintSite]
    ) {
        for site in sites {
            var base = site.request
            base.token = token(of: rule.issuer, audience: "other.example")
            for document in allowed(by: point, near: base).documents {
                guard document.destination.port == base.destination.port,
                    case .claims(let json, _, _)? = document.token,
                    ClaimTree(json: json).json(at: ["aud"]) == ClaimTree.quoted("other.example")
                else { continue }
                var without = document
                without.token = nil
                guard !allows(without, point) else { continue }
                add(
                    .audienceNotChecked, policy, rule: ordinal + 1, at: rule.location,
                    "a token of \(rule.issuer.quoted) for anybody else is good here, too: the rule names no `audiences`",
                    hint: "list in `audiences` what tokens for this service say in `aud`",
                    [
                        proof(without, "is denied without a token"),
                        proof(document, "is allowed with a token for `other.example`"),
                    ])
                return
            }
        }
    }

    /// A token that somebody of an issuer has.
    func token(of issuer: String, audience: String?) -> RequestDocument.Token {
        var claims = ClaimTree.someone(of: issuer)
        if let audience { claims.set(ClaimTree.quoted(audience), at: ["aud"]) }
        return .claims(
            json: claims.json, hasValidSignature: true, location: SourceLocation(file: "", line: 1, column: 1))
    }

    // MARK: Shared secrets

    private mutating func findSymmetricKey(
        _ policy: PolicyReference, _ ordinal: Int, _ rule: RequestAuthentication.JWTRule, _ sites: [LintSite]
    ) {
        guard case .inline(let text) = rule.keys, Self.hasSecret(text.value) else { return }
        for site in sites {
            var base = site.request
            base.token = token(of: rule.issuer, audience: rule.audiences.first)
            for document in allowed(by: point, near: base).documents + [base] {
                // Only the claims are shown: the token itself would be good.
                let report = report(document)
                guard document.token != nil, let principal = report.requestPrincipal else { continue }
                add(
                    .symmetricKey, policy, rule: ordinal + 1, at: text.location,
                    "the key set has a shared secret: whoever can read the policy can sign tokens",
                    hint: "use a key pair, and only its public key here",
                    [
                        LintFinding.Proof(
                            remark:
                                "has a token that anybody can sign with that secret, and is taken for \(principal.quoted)",
                            document: document, report: report)
                    ])
                return
            }
        }
    }

    /// Whether a key set has an `oct` key.
    private static func hasSecret(_ text: String) -> Bool {
        guard let document = JSONValue(parsing: Array(text.utf8).span), let keys = document["keys"]?.elements else {
            return false
        }
        return keys.contains { $0["kty"]?.string == "oct" }
    }
}

extension ClaimTree {
    /// The claims of somebody of an issuer, or of any where that is empty.
    static func someone(of issuer: String) -> ClaimTree {
        var claims = ClaimTree.object([])
        claims.set(quoted(issuer.isEmpty ? "https://issuer.example" : issuer), at: ["iss"])
        claims.set(quoted("someone"), at: ["sub"])
        return claims
    }
}
