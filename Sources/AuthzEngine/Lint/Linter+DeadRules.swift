import AuthzCore
import AuthzPolicy

/// Rules and values that never act.
extension Linter {
    /// Whether some request is allowed by some policies at one of the sites, or some connection by others.
    ///
    /// - Parameters:
    ///   - connections: The policies for connections that carry no HTTP; `nil` where these do not matter.
    ///   - demandsMode: Whether the modes of PeerAuthentications count.
    mutating func canMatch(
        _ requests: [AuthorizationPolicy], connections: [AuthorizationPolicy]?, _ subject: LintRule,
        demandsMode: Bool = true
    ) -> Bool {
        if let connections, canMatch(connections, subject, demandsMode, from: \.connection) { return true }
        return canMatch(requests, subject, demandsMode, from: \.request)
    }

    private mutating func canMatch(
        _ policies: [AuthorizationPolicy], _ subject: LintRule, _ demandsMode: Bool,
        from base: KeyPath<LintSite, RequestDocument>
    ) -> Bool {
        guard let point = point(for: policies, at: subject.sites, demandsMode: demandsMode) else { return true }
        for site in subject.sites {
            switch search(by: point, near: site[keyPath: base]) {
            case .none: continue
            case .undecided, .found: return true
            }
        }
        return false
    }

    /// Whether some request matches a part of a rule. Over TCP, where rules but those that allow lose what they say of HTTP, they
    /// match more than is written, which is no use that somebody meant.
    mutating func canMatch(
        _ part: AuthorizationPolicy.Rule, _ subject: LintRule, demandsMode: Bool = true
    ) -> Bool {
        let policies = [subject.alone(part.withoutFreeMethods)]
        let isForConnections = subject.policy.action == .allow || !part.tests.contains(where: \.field.isHTTPOnly)
        return canMatch(
            policies, connections: isForConnections ? policies : nil, subject, demandsMode: demandsMode)
    }

    /// Rules that istiod leaves a part out of are warned of where they are loaded.
    func isWhole(_ subject: LintRule) -> Bool {
        compiled[subject.policy.reference.qualifiedName].map {
            point.policySet.authorizationPolicies[$0].rules(on: .http)[subject.ordinal].omissions.isEmpty
        } ?? false
    }

    /// Whether no request matches the rule, which is then a finding.
    mutating func findNeverMatching(_ subject: LintRule) -> Bool {
        guard !subject.rule.tests.isEmpty, isWhole(subject),
            !canMatch(subject.rule, subject)
        else { return false }
        let tests = subject.rule.tests
        let needsToken = tests.contains { $0.field.isToken && !$0.lists.values.isEmpty }
        let needsPeer = tests.contains { $0.field.isPeerIdentity && !$0.lists.values.isEmpty }
        if needsToken, subject.sites.allSatisfy(\.workload.tokenRules.isEmpty),
            let document = relaxed(subject, \.isToken, { Self.add(token: &$0, subject.rule) })
        {
            add(
                .tokenNeverVerified, subject,
                "the rule asks for a token, and no RequestAuthentication reaches the workload: none is verified there",
                hint: tokenHint(subject),
                [proof(document, "has such a token, and the rule does not match it")])
            return true
        }
        if needsPeer, let document = relaxed(subject, \.isPeerIdentity, { $0.source.principal = nil }),
            subject.sites.allSatisfy({ site in
                let port = subject.request(at: site).destination.port ?? 8080
                return site.workload.peerAuthentication.setting(forPort: port).mode == .disable
            })
        {
            add(
                .principalNeedsMTLS, subject,
                "the rule asks who the peer is, and mode DISABLE lets nobody say so",
                hint: "set mode `STRICT`, or `PERMISSIVE`, for the workload",
                [proof(document, "comes in plaintext, as every request there, and the rule does not match it")])
            return true
        }
        // A DENY rule for plaintext where mutual TLS is demanded stays for the day when it is not.
        if subject.policy.action == .deny,
            canMatch(subject.rule, subject, demandsMode: false)
        {
            return false
        }
        if findDeadTest(subject) { return true }
        var document = written(subject.rule, at: subject.sites[0])
        for test in subject.rule.tests {
            guard let miss = nearMiss(subject.rule, test, subject) else { continue }
            document = miss
            break
        }
        let miss = proof(document, "has what the rule names first, and the rule does not match it")
        guard !miss.report.isDecided(by: subject) else { return false }
        if let (first, second) = findExcludingTests(subject) {
            let names = [first, second].map { $0.name(isNegated: $0.lists.values.isEmpty).quoted }
            add(
                .ruleNeverMatches, subject,
                "no request matches this rule: \(names[0]) and \(names[1]) leave none over together",
                hint: Self.excludingHint(first, second), [miss])
        } else {
            add(
                .ruleNeverMatches, subject, "no request matches this rule: its tests leave none over",
                hint: deadHint(subject.rule), [miss])
        }
        return true
    }

    private func deadHint(_ rule: AuthorizationPolicy.Rule) -> String {
        if documents.mesh == nil, rule.tests.contains(where: { $0.field.isPeerIdentity && !$0.lists.values.isEmpty }) {
            return
                "look for values that exclude one another; if the mesh has another trust domain than `cluster.local`, load its settings"
        }
        return "look for values that exclude one another, or that no request has, and take the rule out or mend it"
    }

    /// A request that matches the rule without its tests of some fields, with something put in their place.
    private mutating func relaxed(
        _ subject: LintRule, _ isRemoved: (ConditionField) -> Bool, _ change: (inout RequestDocument) -> Void
    ) -> RequestDocument? {
        guard let point = point(for: [subject.alone(subject.rule.removing(isRemoved))], at: subject.sites) else {
            return nil
        }
        for site in subject.sites {
            if var document = search(by: point, near: subject.request(at: site)).documents.first {
                change(&document)
                return document
            }
        }
        return nil
    }

    /// Writes the token that a rule asks for.
    private static func add(token document: inout RequestDocument, _ rule: AuthorizationPolicy.Rule) {
        var claims = ClaimTree.someone(of: "")
        for test in rule.tests {
            guard let value = test.lists.values.first.map({ ReadValues.texts($0.value)[0] }) else { continue }
            if test.field == .requestPrincipal, let slash = value.lastIndex(of: "/") {
                claims.set(ClaimTree.quoted(String(value[..<slash])), at: ["iss"])
                claims.set(ClaimTree.quoted(String(value[slash...].dropFirst())), at: ["sub"])
            } else if case .claim(let path) = test.field {
                claims.set(ClaimTree.quoted(value), at: path)
            }
        }
        document.token = .claims(json: claims.json, hasValidSignature: true, location: document.location)
    }

    /// The first values that a rule names, as they are written: the request that it seems to be for.
    func written(_ rule: AuthorizationPolicy.Rule, at site: LintSite) -> RequestDocument {
        var document = site.request
        for test in rule.tests where test.entry == 0 || test.side == .when {
            guard let value = test.lists.values.first?.value else { continue }
            let text = ReadValues.texts(value)[0]
            let domain = point.policySet.mesh.trustDomain
            switch test.field {
            case .peerPrincipal:
                document.source.principal = text.contains("://") ? text : "spiffe://" + text
            case .namespace:
                // A principal in the place of a namespace has one in it.
                let namespace = text.contains("/") ? mended(text, .namespace) ?? text : text
                document.source.principal = "spiffe://\(domain)/ns/\(namespace)/sa/other"
            case .serviceAccount:
                let account = text.contains("/") ? text : "\(site.workload.description.namespace)/\(text)"
                document.source.principal = "spiffe://\(domain)/ns/\(account.replacing("/", with: "/sa/"))"
            case .trustDomain: document.source.principal = "spiffe://\(text)/ns/other/sa/other"
            case .sourceIP: document.source.ip = CIDRBlock(parsing: Array(value.utf8).span)?.base
            case .remoteIP: document.source.remoteIP = CIDRBlock(parsing: Array(value.utf8).span)?.base
            case .destinationIP: document.destination.ip = CIDRBlock(parsing: Array(value.utf8).span)?.base
            case .destinationPort: document.destination.port = UInt16(value) ?? document.destination.port
            case .sni: document.destination.sni = text
            case .host: document.request?.host = text
            case .method: document.request?.method = text
            case .path:
                let path = ReadValues.plainPath(value)
                document.request?.path = path.hasPrefix("/") ? path : "/" + path
            case .header(let name):
                switch name.lowercased() {
                case ":method": document.request?.method = text
                case ":path": document.request?.path = text
                case ":scheme": document.request?.scheme = text
                case ":authority", "host": document.request?.host = text
                default: document.request?.headers.append((name, text))
                }
            case .requestPrincipal, .claim, .dynamicMetadata: break
            }
        }
        if rule.tests.contains(where: { $0.field.isToken && !$0.lists.values.isEmpty }) {
            Self.add(token: &document, rule)
        }
        return document
    }

    // MARK: Values

    mutating func findNeverMatchingValues(_ subject: LintRule) {
        guard isWhole(subject) else { return }
        let known = Set(findings.filter { $0.code == .valueNeverMatches }.map(\.location))
        for test in subject.rule.tests where test.field != .method || test.lists.values.count > 1 {
            if case .dynamicMetadata = test.field { continue }
            if test.lists.values.count > 1 || subject.rule.from.count > 1 || subject.rule.to.count > 1 {
                for value in test.lists.values where !known.contains(value.location) {
                    findNeverMatching(value, subject, subject.rule.keeping(value, of: test), test, isNegated: false)
                }
            }
            for value in test.lists.notValues where !known.contains(value.location) {
                let lists = AuthorizationPolicy.ValueLists(values: [value])
                var alone = subject.rule.replacing(test, with: lists)
                alone = alone.onlyTest(like: test)
                findNeverMatching(value, subject, alone, test, isNegated: true)
            }
        }
    }

    private mutating func findNeverMatching(
        _ value: Located<String>, _ subject: LintRule, _ part: AuthorizationPolicy.Rule, _ test: RuleTest,
        isNegated: Bool
    ) {
        guard !canMatch(part, subject) else { return }
        var document = written(part, at: subject.sites[0])
        if let own = part.tests.first(where: { $0.side == test.side && $0.field == test.field }) {
            document = nearMiss(part, own, subject) ?? document
        }
        // The search takes no values that no client sends; what is compared as it is written fits all the same.
        if let alone = point(for: [subject.alone(part)], at: subject.sites), allows(document, alone) { return }
        add(
            .valueNeverMatches, subject, at: value.location,
            "no request that the rule is about has \(value.value.quoted) in \(test.name(isNegated: isNegated).quoted)",
            hint: hint(of: test.field, value.value, at: subject.sites),
            [proof(document, "is the request as it is written, and the value does not match it")])
    }
}

extension AuthorizationPolicy.Rule {
    /// The rule with one test alone.
    func onlyTest(like test: RuleTest) -> AuthorizationPolicy.Rule {
        var rule = self
        switch test.side {
        case .from:
            rule.to = []
            rule.when = []
            rule.from[0].fields = [rule.from[0].fields[test.position]]
        case .to:
            rule.from = []
            rule.when = []
            rule.to[0].fields = [rule.to[0].fields[test.position]]
        case .when:
            rule.from = []
            rule.to = []
            rule.when = [rule.when[test.entry]]
        }
        return rule
    }
}
