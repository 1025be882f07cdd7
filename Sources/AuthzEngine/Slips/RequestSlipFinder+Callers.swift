package import AuthzCore
package import AuthzPolicy

/// Slips in who calls: the peer and its token.
extension RequestSlipFinder {
    func peer(_ document: RequestDocument) -> FoundSlip? {
        guard let written = document.source.principal else { return nil }
        let scheme = "spiffe://"
        let identity = written.hasPrefix(scheme) ? String(written.dropFirst(scheme.count)) : written
        let place = document.source.places["principal"] ?? document.location
        let mesh = policySet.mesh
        if let mended = PrincipalForm.mended(identity) {
            let isBare = mended.hasPrefix("cluster.local/") && !identity.contains("cluster.local")
            let meant = isBare ? mesh.trustDomain + mended.dropFirst("cluster.local".count) : mended
            return slip("no workload has the identity \(identity.quoted)", write: "principal: \(meant)", at: place)
        }
        var parts = identity.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[1] == "ns", parts[3] == "sa" else { return nil }
        func replacing(_ index: Int, by name: String, _ message: String, _ reason: Reason? = nil) -> FoundSlip {
            parts[index] = name
            return slip(message, write: "principal: \(parts.joined(separator: "/"))", at: place, reason)
        }
        let domains = (mesh.trustDomains + mesh.acceptedTrustDomains).sorted()
        guard domains.contains(parts[0]) || parts[0] == "cluster.local" else {
            let near = domains.first { NameSuggestion.isSlip(parts[0], of: $0) }
            return near.map {
                replacing(0, by: $0, "the mesh has no trust domain \(parts[0].quoted)", .trustDomainNotAccepted)
            }
        }
        guard namespaces.contains(parts[2]) else {
            return namespace(meantBy: parts[2]).map { replacing(2, by: $0, "there is no namespace \(parts[2].quoted)") }
        }
        let known = accounts[parts[2]] ?? []
        guard parts[4] != "default", !known.contains(parts[4]),
            !inventory.gatewayAccounts(in: parts[2]).contains(parts[4]),
            let near = known.first(where: { NameSuggestion.isSlip(parts[4], of: $0) })
                ?? meant(by: parts[4], among: known)
        else { return nil }
        return replacing(
            4, by: near, "there is no service account \(parts[4].quoted) in the namespace \(parts[2].quoted)")
    }

    /// The one name that a word is short for, as `index` for `indexer`.
    private func meant(by name: String, among known: [String]) -> String? {
        let longer = known.filter { $0.hasPrefix(name) && $0.dropFirst(name.count).allSatisfy(\.isLetter) }
        return name.count > 3 && longer.count == 1 ? longer[0] : nil
    }

    /// A caller whose account neither the inventory nor a policy has, where they have others of his namespace. Who expects that he is
    /// denied may have made him up.
    package func stranger(in document: RequestDocument) -> Diagnostic? {
        guard document.check == nil, peer(document) == nil, let written = document.source.principal,
            let caller = KnownNames.Account(identity: written), caller.name != "default",
            !inventory.gatewayAccounts(in: caller.namespace).contains(caller.name)
        else { return nil }
        let known = policySet.accountsNamed(in: caller.namespace).union(accounts[caller.namespace] ?? [])
            .subtracting(["default"])
        guard !known.isEmpty, !known.contains(caller.name) else { return nil }
        let near = NameSuggestion.nearest(to: caller.name, among: known.sorted())
        return Diagnostic(
            .warning, .requestSlip, at: document.source.places["principal"] ?? document.location,
            "nothing names a service account \(caller.name.quoted) in the namespace \(caller.namespace.quoted), but \(RequestSlip.list(known))",
            label: "none of those that are known",
            hint: near.map { "write \("principal: \(written.dropLast(caller.name.count))\($0)".quoted)" })
    }

    func token(_ document: RequestDocument) -> FoundSlip? {
        guard !issuers.isEmpty, case .claims(let json, _, let location) = document.token,
            let claims = JSONValue(parsing: Array(json.utf8).span)
        else { return nil }
        guard let issuer = claims["iss"]?.string else { return missingIssuer(claims, at: location) }
        guard issuers.contains(issuer) else {
            if let rule = misspelled[issuer]?.first, let why = Slip.difference(rule.issuer, seen: issuer) {
                return slip(
                    "no rule accepts the issuer \(issuer.quoted), which the policies name elsewhere, but \(rule.issuer.quoted): \(why)",
                    write: "issuer: \(issuer)", at: rule.location, .tokenIssuerUnknown)
            }
            for known in issuers {
                guard let why = Slip.difference(known, seen: issuer) else { continue }
                return slip(
                    "no rule accepts the issuer \(issuer.quoted), and one accepts \(known.quoted): \(why)",
                    write: "iss: \(known)", at: document.claimPlaces["iss"] ?? location, .tokenIssuerUnknown)
            }
            return nil
        }
        let written = claims["aud"]?.string.map { [$0] } ?? claims["aud"]?.elements?.compactMap(\.string) ?? []
        return audience(written, of: issuer, document, at: location)
    }

    /// An audience that a rule misses by a slip, at the side where it is, or at the token where nobody can say.
    private func audience(
        _ audiences: [String], of issuer: String, _ document: RequestDocument, at location: SourceLocation
    ) -> FoundSlip? {
        let rules = policySet.tokenRules.indices.filter { policySet.tokenRules[$0].issuer == issuer }
        guard rules.allSatisfy({ !policySet.tokenRules[$0].audiences.isEmpty }),
            let slip = AudienceSlip(audiences, rules: rules, policySet, document)
        else { return nil }
        let place = slip.side == .policy ? slip.location : document.claimPlaces["aud"] ?? location
        let label = "a slip away from what the \(slip.side == .policy ? "token" : "policy") has"
        return self.slip(slip.sentence, label: label, advice: slip.advice, at: place, .tokenAudienceMismatch)
    }

    /// Rules whose issuer is a slip away from one that a request principal of the policies has, and no rule.
    static func misspelled(
        _ rules: [RequestAuthentication.JWTRule], _ policies: [AuthorizationPolicy]
    ) -> [String: [RequestAuthentication.JWTRule]] {
        let tests = policies.flatMap(\.rules).flatMap(\.tests).filter { $0.field == .requestPrincipal }
        let values = tests.flatMap { $0.lists.values + $0.lists.notValues }.map(\.value)
        let named = Set(values.compactMap { value in value.lastIndex(of: "/").map { String(value[..<$0]) } })
        let known = Set(rules.map(\.issuer))
        var found: [String: [RequestAuthentication.JWTRule]] = [:]
        for rule in rules {
            for issuer in named.subtracting(known) where Slip.difference(rule.issuer, seen: issuer) != nil {
                found[issuer, default: []].append(rule)
            }
        }
        return found
    }
}
