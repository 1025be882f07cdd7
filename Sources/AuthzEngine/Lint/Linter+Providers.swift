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
            guard let asked = asked(of: provider, at: site) else { continue }
            for (index, policy) in documents.authorizationPolicies.enumerated()
            where !policy.isDryRun && reaches(policy, site) && policy.action != .custom {
                for ordinal in policy.rules.indices {
                    let subject = LintRule(policy: policy, index: index, ordinal: ordinal, sites: [site])
                    findOmittedHeaders(subject, provider, asked)
                }
            }
            findOmittedTokens(site, provider, asked)
        }
    }

    /// - Parameter asked: Allows what the provider is asked about.
    private mutating func findOmittedHeaders(
        _ subject: LintRule, _ provider: ExtensionProvider, _ asked: DecisionPoint
    ) {
        for test in subject.rule.tests {
            guard case .header(let name) = test.field, !provider.sends(name.lowercased()),
                !isFound(.providerOmitsHeader, subject)
            else { continue }
            guard let (full, seen) = differing(subject, subject.sites[0], without: name, asked) else { continue }
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

    /// What allows the requests that the provider is asked about; `nil` where it is asked about none.
    private func asked(of provider: ExtensionProvider, at site: LintSite) -> DecisionPoint? {
        let custom = documents.authorizationPolicies.filter { policy in
            policy.action == .custom && policy.provider?.value == provider.name && reaches(policy, site)
        }
        guard !custom.isEmpty else { return nil }
        let allowing = custom.map { policy in
            var policy = policy
            policy.action = .allow
            policy.provider = nil
            return policy
        }
        return point(for: allowing, at: [site])
    }

    private func isFound(_ code: LintCode, _ subject: LintRule) -> Bool {
        findings.contains { $0.code == code && $0.title == subject.title }
    }

    /// A request that is decided otherwise once a header is taken out.
    private mutating func differing(
        _ subject: LintRule, _ site: LintSite, without name: String, _ asked: DecisionPoint
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
            let seen = RequestField.header(name.lowercased()).putting(.absent, into: full)
            guard allows(full, asked), allows(seen, asked) else { continue }
            if allows(full, point) != allows(seen, point) { return (full, seen) }
        }
        return nil
    }

    /// Tokens in headers that the provider does not send.
    private mutating func findOmittedTokens(
        _ site: LintSite, _ provider: ExtensionProvider, _ asked: DecisionPoint
    ) {
        for policy in documents.requestAuthentications {
            let reference = policy.reference
            guard point.policySet.reaches(site.destination, by: reference) else { continue }
            for (ordinal, rule) in policy.rules.enumerated() {
                let names = rule.fromHeaders.map(\.name) + (rule.fromCookies.isEmpty ? [] : ["cookie"])
                guard let name = names.first(where: { !provider.sends($0.lowercased()) }),
                    rule.fromParams.isEmpty, !names.contains(where: { provider.sends($0.lowercased()) }),
                    !findings.contains(where: {
                        $0.code == .providerOmitsHeader && $0.policy == reference && $0.rule == ordinal + 1
                    })
                else { continue }
                var base = site.request
                base.token = token(of: rule.issuer, audience: rule.audiences.first)
                let candidates = [site.request, base].flatMap { allowed(by: point, near: $0).documents }
                for full in candidates {
                    guard full.token != nil else { continue }
                    var seen = full
                    seen.token = nil
                    guard allows(full, point) != allows(seen, point), allows(full, asked), allows(seen, asked)
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
}
