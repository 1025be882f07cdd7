import AuthzCore
import AuthzPolicy

/// Which test of a rule nothing passes, and what is wrong with its value.
extension Linter {
    /// A test that no request passes, whatever else the rule says: a value that none has.
    ///
    /// - Returns: Whether there is a finding.
    mutating func findDeadTest(_ subject: LintRule) -> Bool {
        let rule = subject.rule
        for test in rule.tests {
            guard let value = test.lists.values.first, isAlone(test, in: rule),
                !canMatch(rule.onlyTest(like: test, values: test.lists.values), subject)
            else { continue }
            var document = nearMiss(rule, test, subject) ?? written(rule, at: subject.sites[0])
            if test.field == .requestPrincipal,
                let issuer = issuers(at: subject.sites).first(where: { $0 == value.value })
            {
                let rules = documents.requestAuthentications.flatMap(\.rules)
                document.token = token(
                    of: issuer, audience: rules.first { $0.issuer == issuer }?.audiences.first)
            }
            let miss = proof(document, "has what the rule names first, and the rule does not match it")
            guard !miss.report.isDecided(by: subject) else { continue }
            let others = test.lists.values.count > 1 ? ", nor another value of the list" : ""
            add(
                .ruleNeverMatches, subject, at: value.location,
                "no request has \(value.value.quoted) in \(test.name(isNegated: false).quoted)\(others), so none matches this rule",
                hint: hint(of: test.field, value.value, at: subject.sites), [miss])
            return true
        }
        return false
    }

    /// Whether the rule has no alternative to the entry that a test stands in.
    private func isAlone(_ test: RuleTest, in rule: AuthorizationPolicy.Rule) -> Bool {
        switch test.side {
        case .from: rule.from.count == 1
        case .to: rule.to.count == 1
        case .when: true
        }
    }

    /// Of whom tokens are verified.
    private func issuers(at sites: [LintSite]) -> [String] {
        Set(sites.flatMap { $0.workload.tokenRules.map { point.policySet.tokenRules[$0].issuer } }).sorted()
    }

    /// What to do where a value and an issuer differ in the slash at the end of the issuer alone; `nil` where none does.
    private func slashHint(_ value: String, _ issuers: [String]) -> String? {
        guard let slash = value.lastIndex(of: "/") else { return nil }
        let (named, subject) = (String(value[..<slash]), String(value[slash...].dropFirst()))
        guard !named.isEmpty, !subject.isEmpty, !issuers.contains(named) else { return nil }
        if named.hasSuffix("/"), let issuer = issuers.first(where: { "\($0)/" == named }) {
            return "only tokens of \(issuer.quoted) are verified here: write \("\(issuer)/\(subject)".quoted)"
        }
        guard let issuer = issuers.first(where: { $0 == "\(named)/" }) else { return nil }
        let rule = documents.requestAuthentications.flatMap(\.rules).first { $0.issuer == issuer }
        let place = rule.map { " (\($0.location))" } ?? ""
        return
            "only tokens of \(issuer.quoted) are verified here: is the `/` at the end of `issuer`\(place) too much? if it is not, write \("\(issuer)/\(subject)".quoted)"
    }

    /// A subject alone, or one of an issuer whose scheme is missing or another one, with the issuer that it is of.
    private static func requestPrincipal(_ value: String, _ issuers: [String]) -> String? {
        if !value.contains("/"), !value.contains("*"), !value.contains("."), issuers.count == 1 {
            return "\(issuers[0])/\(value)"
        }
        let bare = { (text: String) in text.firstRange(of: "://").map { String(text[$0.upperBound...]) } ?? text }
        guard let slash = value.lastIndex(of: "/"),
            let issuer = issuers.first(where: { bare($0) == bare(String(value[..<slash])) })
        else { return nil }
        return issuer + value[slash...]
    }

    /// Whether a text looks like a host of several names: its last one begins with a letter, unlike that of `v1.0`.
    private static func isHost(_ text: Substring) -> Bool {
        let names = text.prefix { $0 != ":" }.split(separator: ".", omittingEmptySubsequences: false)
        return names.count > 1 && names.last?.first?.isLetter == true
            && names.allSatisfy { name in
                !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
            }
    }

    /// What to write in the place of a value that fits nothing.
    func hint(of field: ConditionField, _ value: String, at sites: [LintSite]) -> String {
        let others = "look for values that exclude this one, and take it out or mend them"
        switch field {
        case .path:
            if let scheme = value.firstRange(of: "://") {
                let rest = value[scheme.upperBound...]
                return "write the path alone: \(rest.firstIndex(of: "/").map { String(rest[$0...]) }?.quoted ?? "`/`")"
            }
            let isForeign = MeantPath.isForeign(value) || value.contains { "^[]()|<>\\".contains($0) }
            if isForeign {
                let meant = Self.pathHint(insteadOf: value)
                return
                    "values are no regular expressions and no lists: \(meant ?? "list the paths, or write what they begin with and a `*` behind it")"
            }
            if let slash = value.firstIndex(of: "/"), Self.isHost(value[..<slash]) {
                return
                    "write the path alone: \(String(value[slash...]).quoted); the host \(String(value[..<slash]).quoted) belongs in `hosts`"
            }
            if !value.hasPrefix("/"), !value.hasPrefix("*") {
                return "paths begin with `/`: write \("/\(value)".quoted)"
            }
            if let end = value.firstIndex(where: { $0 == "?" || $0 == "#" }) {
                return "paths are compared without their query: write \(String(value[..<end]).quoted)"
            }
            return "paths are compared as the proxy has normalized them, and without their query"
        case .peerPrincipal:
            if value.hasPrefix("spiffe://") {
                return "write it without `spiffe://`: \(String(value.dropFirst("spiffe://".count)).quoted)"
            }
            if PrincipalForm.isOfToken(value) {
                return "that is the principal of a token: write it in `requestPrincipals`"
            }
            let domain = point.policySet.mesh.trustDomain
            if let name = mended(value, field) {
                return "a principal is `TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT`, such as \(name.quoted)"
            }
            if !value.hasPrefix("*"), !value.hasPrefix(domain) {
                return
                    "the trust domain of the mesh is \(domain.quoted); if it is another one, load the mesh settings; or look for values that exclude this one"
            }
            return others
        case .namespace:
            guard value.contains("/"), let name = mended(value, field) else { return others }
            return
                "a namespace is a name alone: write \(name.quoted), or list the account of \(value.quoted) in `serviceAccounts`"
        case .serviceAccount, .trustDomain: return others
        case .requestPrincipal:
            if PrincipalForm.isOfPeer(value) {
                return "that is the principal of a workload: write it in `principals`"
            }
            let issuers = issuers(at: sites)
            if let hint = slashHint(value, issuers) { return hint }
            let isOfIssuer = issuers.contains { value.hasPrefix("\($0)/") }
            if isOfIssuer { return others }
            if let issuer = issuers.first(where: { value == $0 || value == "\($0)*" }) {
                return "a request principal is `ISSUER/SUBJECT`: write `\(issuer)/*` for everybody of the issuer"
            }
            if let meant = Self.requestPrincipal(value, issuers) {
                return "a request principal is `ISSUER/SUBJECT`: write \(meant.quoted)"
            }
            if let hint = issuerHint([value]) { return hint }
            guard !issuers.isEmpty else {
                return
                    "no RequestAuthentication reaches the workload, so no token is verified there: add one with the issuer"
            }
            let names = issuers.map(\.quoted).joined(separator: ", ")
            return "a request principal is `ISSUER/SUBJECT`, and only tokens of \(names) are verified here"
        case .claim: return "only tokens of the issuers of `jwtRules` are there to compare"
        case .host:
            if MeantHost.isForeign(value) {
                let meant = Self.hostHint(insteadOf: value)
                return
                    "values are no regular expressions: \(meant ?? "list the hosts, or write what they begin or end with and a `*` at the other end")"
            }
            if let end = value.firstRange(of: "://") {
                let rest = value[end.upperBound...]
                return "write the host alone: \(String(rest.prefix { $0 != "/" }).quoted)"
            }
            if value.contains("/") { return "write the host alone: \(String(value.prefix { $0 != "/" }).quoted)" }
            return others
        case .sni:
            let lower = value.lowercased()
            return lower == value ? others : "server names are compared in lower case: write \(lower.quoted)"
        case .header(let name):
            let stem = name.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
            guard !stem.isEmpty, stem.count < name.count else { return others }
            return
                "no header has the name \(name.quoted): write `request.headers[\(stem)]`, and in `values` what it has"
        case .sourceIP, .remoteIP, .destinationIP, .destinationPort, .dynamicMetadata, .method: return others
        }
    }
}

extension AuthorizationPolicy.Rule {
    /// The rule with some values of one test alone.
    func onlyTest(like test: RuleTest, values: [Located<String>]) -> AuthorizationPolicy.Rule {
        replacing(test, with: AuthorizationPolicy.ValueLists(values: values)).onlyTest(like: test)
    }
}

extension DecisionReport {
    /// Whether a rule fixed the outcome: it then matches what it is said not to match.
    func isDecided(by subject: LintRule) -> Bool {
        determiningPolicy.map {
            $0.policy.qualifiedName == subject.policy.reference.qualifiedName && $0.rule == subject.ordinal + 1
        } ?? false
    }
}
