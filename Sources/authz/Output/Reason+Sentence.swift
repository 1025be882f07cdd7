import AuthzEngine

extension Reason {
    /// The reason in a few words.
    var sentence: String {
        switch self {
        case .allowedByPolicy: "allowed by policy"
        case .noPolicyApplies: "no ALLOW policy applies, and none denies"
        case .deniedByPolicy: "denied by policy"
        case .noAllowPolicyMatched: "no ALLOW policy matched"
        case .deniedByCustom: "denied by a CUSTOM provider"
        case .customProviderInvalid: "the CUSTOM provider is unknown, or one of several"
        case .tokenMalformed: "the token is malformed"
        case .tokenTooLong: "the token is too long"
        case .tokenAlgorithmNotAllowed: "the token's algorithm is not allowed"
        case .tokenIssuerUnknown: "the token's issuer is unknown"
        case .tokenNotYetValid: "the token is not yet valid"
        case .tokenExpired: "the token has expired"
        case .tokenAudienceMismatch: "the token is for another audience"
        case .tokenKeyUnknown: "the token's key is unknown"
        case .tokenSignatureInvalid: "the token's signature is invalid"
        case .keysUnavailable: "there are no keys to verify the token with"
        case .plaintextNotPermitted: "plaintext is not permitted"
        case .mtlsNotAccepted: "mutual TLS is not accepted"
        case .trustDomainNotAccepted: "the peer's trust domain is not accepted"
        case .requestInvalid: "the request is invalid"
        case .unknownWorkload: "nobody knows the workload"
        case .conflictingHeaders: "the headers contradict each other"
        case .untrustedProxy: "the caller is no trusted proxy"
        case .internalError: "something inside failed"
        }
    }

    /// Whether the name of the determining policy says enough.
    var namesPolicy: Bool {
        switch self {
        case .allowedByPolicy, .deniedByPolicy: true
        case .noPolicyApplies, .noAllowPolicyMatched, .deniedByCustom, .customProviderInvalid, .tokenMalformed,
            .tokenTooLong, .tokenAlgorithmNotAllowed, .tokenIssuerUnknown, .tokenNotYetValid, .tokenExpired,
            .tokenAudienceMismatch, .tokenKeyUnknown, .tokenSignatureInvalid, .keysUnavailable, .plaintextNotPermitted,
            .mtlsNotAccepted, .trustDomainNotAccepted, .requestInvalid, .unknownWorkload, .conflictingHeaders,
            .untrustedProxy, .internalError:
            false
        }
    }
}
