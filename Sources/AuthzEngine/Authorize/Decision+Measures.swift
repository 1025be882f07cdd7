/// What is counted of decisions, as places in the policy set that decided: taking them costs nothing.
extension Decision {
    /// What a dry-run action would have decided.
    package struct DryRunResult: Sendable, Equatable {
        /// The policy that matched, by its place in ``PolicySet/dryRunPolicies``' numbering; `nil` where none did.
        package var policy: Int?
        package var would: Outcome
    }

    /// What the dry-run DENY policies would have decided; `nil` where there are none, or they were not reached.
    package var dryRunDenyResult: DryRunResult? { dryRunDeny.map { DryRunResult(policy: dryRunDenyPolicy, would: $0) } }

    /// What the dry-run ALLOW policies would have decided.
    package var dryRunAllowResult: DryRunResult? {
        dryRunAllow.map { DryRunResult(policy: dryRunAllowPolicy, would: $0) }
    }

    /// What became of the token of the request.
    package enum TokenResult: Sendable, Equatable {
        /// The JWT rule, by its place in ``PolicySet/tokenIssuers``, that verified it.
        case verified(rule: Int)
        /// The JWT rule that refused it.
        case refused(rule: Int)
        /// No rule is for its issuer.
        case ofUnknownIssuer
    }

    /// `nil` where no token was there, or none was looked at.
    ///
    /// - Parameter verifiedRule: ``Workspace/verifiedRule`` of that decision.
    package func tokenResult(verifiedRule: Int?) -> TokenResult? {
        if case .tokenRule(let rule) = determining {
            return reason == .tokenIssuerUnknown ? .ofUnknownIssuer : .refused(rule: rule)
        }
        return verifiedRule.map { .verified(rule: $0) }
    }
}

extension PolicySet {
    /// The issuers of the JWT rules, by their place; empty where a rule takes any.
    package var tokenIssuers: [String] { tokenRules.map(\.issuer) }

    /// The namespaces and names of the AuthorizationPolicies that are dry runs, by their place; `nil` for the others.
    package var dryRunPolicies: [(namespace: String, name: String)?] {
        authorizationPolicies.map { $0.isDryRun ? ($0.reference.namespace, $0.reference.name) : nil }
    }
}
