import AuthzEngine

/// What `authz lint --explain CODE` prints: why a finding matters, a policy set that has it, and one that has none.
struct LintPage: Sendable {
    /// What goes wrong, how it is used, and under which settings; lines of at most 100 characters.
    var why: String
    /// A complete set of which `authz lint` finds this code, and no other.
    var bad: String
    /// The set put right: one of which `authz lint` finds nothing.
    var good: String
    /// What to write instead.
    var remedy: String
}

extension LintCode {
    var page: LintPage {
        switch self {
        case .denyPathBypass: BypassPages.denyPathBypass
        case .denyHostBypass: BypassPages.denyHostBypass
        case .denyMethodBypass: BypassPages.denyMethodBypass
        case .denyPlaintextBypass: BypassPages.denyPlaintextBypass
        case .denyTokenBypass: BypassPages.denyTokenBypass
        case .denyHeaderBypass: BypassPages.denyHeaderBypass
        case .notPathsBypass: BypassPages.notPathsBypass
        case .notHostsBypass: BypassPages.notHostsBypass
        case .notMethodsBypass: BypassPages.notMethodsBypass
        case .suffixPathBypass: BypassPages.suffixPathBypass
        case .prefixPathBypass: BypassPages.prefixPathBypass
        case .forgedRemoteIP: BypassPages.forgedRemoteIP
        case .providerNotAsked: ProviderPages.providerNotAsked
        case .allowAll: OpenPages.allowAll
        case .allowByExclusion: OpenPages.allowByExclusion
        case .allowByHeader: OpenPages.allowByHeader
        case .splitRule: OpenPages.splitRule
        case .notPrincipalsPlaintext: OpenPages.notPrincipalsPlaintext
        case .missingTokenPasses: OpenPages.missingTokenPasses
        case .audienceNotChecked: OpenPages.audienceNotChecked
        case .symmetricKey: OpenPages.symmetricKey
        case .ruleNeverMatches: DeadPages.ruleNeverMatches
        case .ruleShadowed: DeadPages.ruleShadowed
        case .allowAlwaysDenied: DeadPages.allowAlwaysDenied
        case .valueNeverMatches: DeadPages.valueNeverMatches
        case .innerStarIsLiteral: DeadPages.innerStarIsLiteral
        case .patternIsLiteral: DeadPages.patternIsLiteral
        case .methodCase: DeadPages.methodCase
        case .servicePort: DeadPages.servicePort
        case .principalNeedsMTLS: DeadPages.principalNeedsMTLS
        case .tokenNeverVerified: DeadPages.tokenNeverVerified
        case .selectsNothing: DeadPages.selectsNothing
        case .unknownNamespace: DeadPages.unknownNamespace
        case .unknownServiceAccount: DeadPages.unknownServiceAccount
        case .uselessSuppression: DeadPages.uselessSuppression
        case .ineffectiveSelector: DeadPages.ineffectiveSelector
        case .peerAuthenticationIgnored: DeadPages.peerAuthenticationIgnored
        case .notAccepted: DeadPages.notAccepted
        case .httpFieldsOnTCP: ProtocolPages.httpFieldsOnTCP
        case .providerOmitsHeader: ProtocolPages.providerOmitsHeader
        }
    }
}
