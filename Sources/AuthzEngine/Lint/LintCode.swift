package import AuthzCore

/// The stable name of a kind of finding of `authz lint`. Permanent: a retired one is never used again.
package enum LintCode: String, Sendable, Hashable, CaseIterable {
    // What a DENY policy or an exception means to stop, and lets through in another form.
    case denyPathBypass = "deny-path-bypass"
    case denyHostBypass = "deny-host-bypass"
    case denyMethodBypass = "deny-method-bypass"
    case denyPlaintextBypass = "deny-plaintext-bypass"
    case denyTokenBypass = "deny-token-bypass"
    case denyHeaderBypass = "deny-header-bypass"
    case notPathsBypass = "not-paths-bypass"
    case notHostsBypass = "not-hosts-bypass"
    case notMethodsBypass = "not-methods-bypass"
    case suffixPathBypass = "suffix-path-bypass"
    case prefixPathBypass = "prefix-path-bypass"
    case forgedRemoteIP = "forged-remote-ip"
    case providerNotAsked = "provider-not-asked"

    // What allows more than it seems to.
    case allowAll = "allow-all"
    case allowByExclusion = "allow-by-exclusion"
    case allowByHeader = "allow-by-header"
    case splitRule = "split-rule"
    case notPrincipalsPlaintext = "not-principals-plaintext"
    case missingTokenPasses = "missing-token-passes"
    case audienceNotChecked = "audience-not-checked"
    case symmetricKey = "symmetric-key"

    // What never acts.
    case ruleNeverMatches = "rule-never-matches"
    case ruleShadowed = "rule-shadowed"
    case allowAlwaysDenied = "allow-always-denied"
    case valueNeverMatches = "value-never-matches"
    case innerStarIsLiteral = "inner-star-is-literal"
    case patternIsLiteral = "pattern-is-literal"
    case methodCase = "method-case"
    case servicePort = "service-port"
    case principalNeedsMTLS = "principal-needs-mtls"
    case tokenNeverVerified = "token-never-verified"
    case selectsNothing = "selects-nothing"
    case unknownNamespace = "unknown-namespace"
    case unknownServiceAccount = "unknown-service-account"
    case ineffectiveSelector = "ineffective-selector"
    case peerAuthenticationIgnored = "peer-authentication-ignored"
    case notAccepted = "not-accepted"
    case uselessSuppression = "useless-suppression"

    // What the protocol or the provider takes away.
    case httpFieldsOnTCP = "http-fields-on-tcp"
    case providerOmitsHeader = "provider-omits-header"

    /// An error where what is meant to be stopped gets through, or what is meant to act does not exist.
    package var severity: Diagnostic.Severity {
        switch self {
        case .denyPathBypass, .denyHostBypass, .denyPlaintextBypass, .denyTokenBypass, .notPathsBypass, .notHostsBypass,
            .symmetricKey,
            .ruleNeverMatches, .methodCase, .servicePort, .tokenNeverVerified, .selectsNothing, .unknownNamespace,
            .notAccepted, .providerOmitsHeader, .principalNeedsMTLS, .providerNotAsked, .innerStarIsLiteral:
            .error
        case .denyMethodBypass, .denyHeaderBypass, .suffixPathBypass, .prefixPathBypass, .notMethodsBypass,
            .forgedRemoteIP, .allowAll, .allowByExclusion,
            .notPrincipalsPlaintext, .missingTokenPasses, .audienceNotChecked, .ruleShadowed, .allowAlwaysDenied,
            .valueNeverMatches, .ineffectiveSelector, .peerAuthenticationIgnored, .httpFieldsOnTCP, .allowByHeader,
            .unknownServiceAccount, .uselessSuppression, .splitRule, .patternIsLiteral:
            .warning
        }
    }

    /// Whether it is found in DENY and CUSTOM policies alone.
    var isOfDenials: Bool { rawValue.hasPrefix("deny-") }

    /// Whether an annotation of a policy can take it away.
    package var isSuppressible: Bool { self != .uselessSuppression }

    /// The code of `istioctl analyze` that is about the same; `nil` where there is none.
    package var istioCode: String? { Self.istioCodes[self] }

    private static let istioCodes: [LintCode: String] = [
        .selectsNothing: "IST0127", .unknownNamespace: "IST0101", .ineffectiveSelector: "IST0166",
        .notAccepted: "IST0171",
    ]
}
