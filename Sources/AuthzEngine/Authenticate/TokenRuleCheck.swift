package import AuthzCore
package import AuthzToken

/// A JWT rule, for those who have to name it.
package struct TokenRuleReference: Sendable, Hashable {
    package var policy: PolicyReference
    /// Its number in the policy, from 1.
    package var rule: Int
    /// Empty: any.
    package var issuer: String
    package var audiences: [String]
    package var location: SourceLocation
    /// Index of ``PolicySet/keySources``.
    package var keySource: Int
}

extension DecisionPoint {
    /// What one token is worth under the JWT rules, wherever a request would carry it, and the rule that says so.
    ///
    /// The rules are those of the workload, or all of them, and the answers fold as in a request in which all rules find the token: the
    /// rule that verifies it, else the failure of the first rule, or the last one where that is for another issuer, else an unknown
    /// issuer (request authentication dossier 2.3).
    ///
    /// - Parameters:
    ///   - workload: `nil` for all rules of the policy set.
    ///   - now: Seconds since 1970.
    /// - Returns: The rule is `nil` where no rule is for the token's issuer.
    package func check(
        token: Span<UInt8>, for workload: Workload?, now: Int64, in workspace: inout TokenWorkspace
    ) -> (status: TokenStatus, rule: TokenRuleReference?) {
        let rules = workload?.tokenRules ?? policySet.tokenRulesByIssuer
        var failure: (status: TokenStatus, rule: Int)?
        var isRead = false
        for index in rules {
            let rule = policySet.tokenRules[index]
            let status = verify(
                token, against: rule.requirements, keys: keySets[rule.keySource], now: now,
                maximumBytes: options.maximumTokenBytes, in: &workspace)
            isRead = true
            if status == .verified || workspace.envoyMayTakeIt {
                return (status, policySet.reference(ofTokenRule: index))
            }
            // In a request the rules are run again, and that run ends with the first rule, unless its issuer is another.
            if status != .issuerUnknown, failure?.rule != rules.first { failure = (status, index) }
        }
        if let failure {
            // The workspace holds what the last rule read, which is the same token.
            return (failure.status, policySet.reference(ofTokenRule: failure.rule))
        }
        if !isRead, let problem = readUnverified(token, maximumBytes: options.maximumTokenBytes, in: &workspace) {
            return (problem, nil)
        }
        return (.issuerUnknown, nil)
    }
}

extension PolicySet {
    /// Every JWT rule, in the order in which a workload with all of them would try them.
    var tokenRulesByIssuer: [Int] {
        tokenRules.indices.sorted { left, right in
            let issuers = (tokenRules[left].issuer, tokenRules[right].issuer)
            return issuers.0 == issuers.1
                ? left < right : issuers.0.utf8.lexicographicallyPrecedes(issuers.1.utf8)
        }
    }

    func reference(ofTokenRule index: Int) -> TokenRuleReference {
        let rule = tokenRules[index]
        let policy = requestAuthentications.first { $0.rules.contains(index) }
        // INVARIANT: every rule belongs to a policy.
        guard let policy else { preconditionFailure("rule \(index) belongs to no policy") }
        return TokenRuleReference(
            policy: policy.reference, rule: index - policy.rules.lowerBound + 1, issuer: rule.issuer,
            audiences: rule.audiences, location: rule.location, keySource: rule.keySource)
    }
}
