import AuthzPolicy

extension Linter {
    /// The request that a rule seems to be for, with what it takes for all tests of the rule to hold but one: that one is why it does not
    /// match. `nil` where the others leave nothing over, either.
    mutating func nearMiss(
        _ rule: AuthorizationPolicy.Rule, _ test: RuleTest, _ subject: LintRule
    ) -> RequestDocument? {
        let rest = rule.replacing(test, with: AuthorizationPolicy.ValueLists())
        guard let alone = point(for: [subject.alone(rest)], at: subject.sites) else { return nil }
        for site in subject.sites.prefix(Self.maximumSites) {
            let base = written(rule, at: site)
            let field = test.field.requestField
            for document in allowed(by: alone, near: base).documents {
                // What the test reads stays as it is written.
                let miss = field.map { $0.putting($0.value(in: base), into: document) } ?? document
                if !report(miss).reason.isOfConnection { return miss }
            }
        }
        return nil
    }
}

extension Linter {
    /// A request changed where that makes a rule match it; as it is where nothing does.
    mutating func completed(
        _ base: RequestDocument, for rule: AuthorizationPolicy.Rule, of subject: LintRule,
        where isKept: (RequestDocument) -> Bool
    ) -> RequestDocument {
        guard let alone = point(for: [subject.alone(rule)], at: subject.sites) else { return base }
        return allowed(by: alone, near: base).documents.first(where: isKept) ?? base
    }
}

extension ConditionField {
    /// The part of a request that it reads; `nil` for what a request document does not have as one.
    var requestField: RequestField? {
        switch self {
        case .peerPrincipal, .namespace, .serviceAccount, .trustDomain: .principal
        case .sourceIP: .sourceIP
        case .remoteIP: .remoteIP
        case .destinationIP: .destinationIP
        case .destinationPort: .port
        case .sni: .sni
        case .requestPrincipal, .claim: .token
        case .header(let name):
            switch name.lowercased() {
            case ":method": .method
            case ":path": .path
            case ":scheme": .scheme
            case ":authority", "host": .host
            default: .header(name.lowercased())
            }
        case .dynamicMetadata: nil
        case .host: .host
        case .method: .method
        case .path: .path
        }
    }
}
