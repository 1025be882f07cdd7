import AuthzCore
import AuthzPolicy

/// What the provider that asks this service does not tell it.
extension Linter {
    /// Headers that policies read and that no check of the provider carries.
    mutating func findOmittedHeaders() {
        guard let providers = point.policySet.mesh.extensionProviders,
            let provider = providers.first(where: { $0.name == point.policySet.options.ownProvider }),
            provider.transport == .http, provider.problem == nil
        else { return }
        for site in sites where site.workload.readsHTTP {
            let custom = documents.authorizationPolicies.filter { $0.action == .custom && reaches($0, site) }
            guard custom.contains(where: { $0.provider?.value == provider.name }) else { continue }
            for (index, policy) in documents.authorizationPolicies.enumerated()
            where !policy.isDryRun && reaches(policy, site) && policy.action != .custom {
                for ordinal in policy.rules.indices {
                    let subject = LintRule(policy: policy, index: index, ordinal: ordinal, sites: [site])
                    findOmittedHeaders(subject, provider)
                }
            }
            findOmittedTokens(site, provider)
        }
    }

    private mutating func findOmittedHeaders(_ subject: LintRule, _ provider: ExtensionProvider) {
        for test in subject.rule.tests {
            guard case .header(let name) = test.field, !provider.sends(name.lowercased()),
                !isFound(.providerOmitsHeader, subject)
            else { continue }
            guard
                let document = differing(
                    subject, subject.sites[0], without: name, asked(of: provider, at: subject.sites))
            else { continue }
            let (full, seen) = (document.full, document.seen)
            let place = (test.lists.values + test.lists.notValues).first?.location
            add(
                .providerOmitsHeader, subject, at: place,
                "the provider \(provider.name.quoted) sends no header \(name.quoted), which the rule reads",
                hint: "add it to `includeRequestHeadersInCheck`",
                [
                    proof(full, "has the header"),
                    proof(seen, "is what the provider sends of it, and is decided otherwise"),
                ])
        }
    }

    /// What allows the requests that the provider is asked about.
    private func asked(of provider: ExtensionProvider, at sites: [LintSite]) -> DecisionPoint? {
        let custom = documents.authorizationPolicies.filter { policy in
            policy.action == .custom && policy.provider?.value == provider.name
                && sites.contains { reaches(policy, $0) }
        }
        let allowing = custom.map { policy in
            var policy = policy
            policy.action = .allow
            policy.provider = nil
            return policy
        }
        return point(for: allowing, at: sites)
    }

    private func isFound(_ code: LintCode, _ subject: LintRule) -> Bool {
        findings.contains { $0.code == code && $0.title == subject.title }
    }

    /// A request that is decided otherwise once a header is taken out.
    private mutating func differing(
        _ subject: LintRule, _ site: LintSite, without name: String, _ asked: DecisionPoint?
    ) -> (full: RequestDocument, seen: RequestDocument)? {
        var candidates = [written(subject.rule, at: site)] + allowed(by: point, near: site.request).documents
        if let alone = point(for: [subject.alone()], at: subject.sites) {
            candidates += allowed(by: alone, near: site.request).documents
            if let other = subject.policy.action == .deny
                ? point(for: policies(without: subject), at: subject.sites) : point,
                let document = request(matching: alone, allowedBy: other, near: site.request)
            {
                candidates.append(document)
            }
        }
        for full in candidates {
            var seen = full
            seen.request?.headers.removeAll { $0.name.lowercased() == name.lowercased() }
            guard let asked, allows(full, asked), allows(seen, asked) else { continue }
            if allows(full, point) != allows(seen, point) { return (full, seen) }
        }
        return nil
    }

    /// Tokens in headers that the provider does not send.
    private mutating func findOmittedTokens(_ site: LintSite, _ provider: ExtensionProvider) {
        for policy in documents.requestAuthentications {
            let reference = PolicyReference(.requestAuthentication, policy.metadata)
            guard point.policySet.reaches(site.destination, by: reference) else { continue }
            for (ordinal, rule) in policy.rules.enumerated() {
                let names = rule.fromHeaders.map(\.name) + (rule.fromCookies.isEmpty ? [] : ["cookie"])
                guard let name = names.first(where: { !provider.sends($0.lowercased()) }),
                    rule.fromParams.isEmpty, !names.contains(where: { provider.sends($0.lowercased()) }),
                    !findings.contains(where: {
                        $0.code == .providerOmitsHeader && $0.policy == reference && $0.rule == ordinal + 1
                    })
                else { continue }
                for full in allowed(by: point, near: site.request).documents + requestsWithToken(rule, site) {
                    guard full.token != nil else { continue }
                    var seen = full
                    seen.token = nil
                    guard allows(full, point) != allows(seen, point),
                        let asked = asked(of: provider, at: [site]), allows(full, asked), allows(seen, asked)
                    else { continue }
                    add(
                        .providerOmitsHeader, reference, rule: ordinal + 1, at: rule.location,
                        "the provider \(provider.name.quoted) sends no header \(name.quoted), in which the token is",
                        hint: "add it to `includeRequestHeadersInCheck`",
                        [
                            proof(full, "has the token"),
                            proof(seen, "is what the provider sends of it, and is decided otherwise"),
                        ])
                    break
                }
            }
        }
    }

    private mutating func requestsWithToken(
        _ rule: RequestAuthentication.JWTRule, _ site: LintSite
    ) -> [RequestDocument] {
        var base = site.request
        var claims = ClaimTree.object([])
        claims.set(ClaimTree.quoted(rule.issuer), at: ["iss"])
        claims.set(ClaimTree.quoted("someone"), at: ["sub"])
        if let audience = rule.audiences.first { claims.set(ClaimTree.quoted(audience), at: ["aud"]) }
        base.token = .claims(json: claims.json, hasValidSignature: true, location: base.location)
        return allowed(by: point, near: base).documents
    }
}
