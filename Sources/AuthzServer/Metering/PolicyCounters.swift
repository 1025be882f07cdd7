import AuthzCore
package import AuthzEngine

/// The counters whose labels come from the policies: dry runs, and tokens by issuer. Made with a policy set, off the request path;
/// what the next set names again goes on counting, what it does not name is gone. So the number of samples is bounded by the policies.
package final class PolicyCounters: Sendable {
    /// A policy, or none where no dry-run policy matched; and what would have been.
    struct DryRunKey: Hashable {
        var namespace: String
        var policy: String
    }

    /// What became of a token. One for each reason by which tokens are refused.
    static let tokenResults: [(reason: Reason?, label: String)] =
        [(nil, "verified")] + Reason.allCases.filter(isOfToken).map { ($0, $0.rawValue) }
    /// By the place of a reason among all of them; 0 where no token has it.
    private static let resultOfReason: [Int] = Reason.allCases.map { reason in
        tokenResults.firstIndex { $0.reason == reason } ?? 0
    }
    static let otherIssuer = "other"

    /// Allow and deny, for each policy. The last one is for no policy.
    let dryRuns: [DryRunKey: Counters]
    /// By ``tokenResults``, for each issuer.
    let tokens: [String: Counters]
    private let dryRunsByPolicy: [Counters?]
    private let dryRunsOfNone: Counters
    private let tokensByRule: [Counters]
    private let tokensOfOthers: Counters

    /// - Parameter previous: Those of the set before.
    package init(for policySet: PolicySet, after previous: PolicyCounters? = nil) {
        var dryRuns: [DryRunKey: Counters] = [:]
        func dryRun(_ key: DryRunKey) -> Counters {
            let counters = dryRuns[key] ?? previous?.dryRuns[key] ?? Counters(count: 2)
            dryRuns[key] = counters
            return counters
        }
        var tokens: [String: Counters] = [:]
        func token(_ issuer: String) -> Counters {
            // As in the other metrics, so that they join.
            let issuer = RedactedURL.text(of: issuer)
            let counters = tokens[issuer] ?? previous?.tokens[issuer] ?? Counters(count: Self.tokenResults.count)
            tokens[issuer] = counters
            return counters
        }
        dryRunsByPolicy = policySet.dryRunPolicies.map { policy in
            policy.map { dryRun(DryRunKey(namespace: $0.namespace, policy: $0.name)) }
        }
        dryRunsOfNone = dryRun(DryRunKey(namespace: "", policy: ""))
        // An issuer that is called so shares the samples, and a rule for any issuer counts there, too: its tokens choose the name.
        tokensByRule = policySet.tokenIssuers.map { token($0.isEmpty ? Self.otherIssuer : $0) }
        tokensOfOthers = token(Self.otherIssuer)
        self.dryRuns = dryRuns
        self.tokens = tokens
    }

    func count(_ result: Decision.DryRunResult, loop: Int) {
        let counters = result.policy.flatMap { dryRunsByPolicy[$0] } ?? dryRunsOfNone
        counters.add(to: result.would == .allow ? 0 : 1, loop: loop)
    }

    func count(_ result: Decision.TokenResult, reason: Int, loop: Int) {
        switch result {
        case .verified(let rule): tokensByRule[rule].add(to: 0, loop: loop)
        case .refused(let rule): tokensByRule[rule].add(to: Self.resultOfReason[reason], loop: loop)
        case .ofUnknownIssuer: tokensOfOthers.add(to: Self.resultOfReason[reason], loop: loop)
        }
    }

    private static func isOfToken(_ reason: Reason) -> Bool {
        switch reason {
        case .tokenMalformed, .tokenTooLong, .tokenAlgorithmNotAllowed, .tokenIssuerUnknown, .tokenNotYetValid,
            .tokenExpired, .tokenAudienceMismatch, .tokenKeyUnknown, .tokenSignatureInvalid, .keysUnavailable,
            .internalError:
            true
        case .allowedByPolicy, .noPolicyApplies, .deniedByPolicy, .noAllowPolicyMatched, .deniedByCustom,
            .customProviderInvalid, .plaintextNotPermitted, .mtlsNotAccepted, .trustDomainNotAccepted, .requestInvalid,
            .unknownWorkload, .conflictingHeaders, .untrustedProxy:
            false
        }
    }
}
