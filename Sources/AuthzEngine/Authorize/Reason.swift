/// Why a decision is what it is; a closed list that the README documents.
package enum Reason: String, Sendable, CaseIterable {
    case allowedByPolicy = "allowed-by-policy"
    case noPolicyApplies = "no-policy-applies"
    case deniedByPolicy = "denied-by-policy"
    case noAllowPolicyMatched = "no-allow-policy-matched"
    case deniedByCustom = "denied-by-custom"
    case customProviderInvalid = "custom-provider-invalid"
    case tokenMalformed = "token-malformed"
    case tokenTooLong = "token-too-long"
    case tokenAlgorithmNotAllowed = "token-algorithm-not-allowed"
    case tokenIssuerUnknown = "token-issuer-unknown"
    case tokenNotYetValid = "token-not-yet-valid"
    case tokenExpired = "token-expired"
    case tokenAudienceMismatch = "token-audience-mismatch"
    case tokenKeyUnknown = "token-key-unknown"
    case tokenSignatureInvalid = "token-signature-invalid"
    case keysUnavailable = "keys-unavailable"
    case plaintextNotPermitted = "plaintext-not-permitted"
    case mtlsNotAccepted = "mtls-not-accepted"
    case trustDomainNotAccepted = "trust-domain-not-accepted"
    case requestInvalid = "request-invalid"
    case unknownWorkload = "unknown-workload"
    case conflictingHeaders = "conflicting-headers"
    case untrustedProxy = "untrusted-proxy"
    case internalError = "internal-error"

    /// Whether the connection is refused, before any request or policy about it is looked at.
    var isOfConnection: Bool {
        [.plaintextNotPermitted, .mtlsNotAccepted, .trustDomainNotAccepted].contains(self)
    }

    /// Its place among all of them.
    package var place: Int {
        switch self {
        case .allowedByPolicy: 0
        case .noPolicyApplies: 1
        case .deniedByPolicy: 2
        case .noAllowPolicyMatched: 3
        case .deniedByCustom: 4
        case .customProviderInvalid: 5
        case .tokenMalformed: 6
        case .tokenTooLong: 7
        case .tokenAlgorithmNotAllowed: 8
        case .tokenIssuerUnknown: 9
        case .tokenNotYetValid: 10
        case .tokenExpired: 11
        case .tokenAudienceMismatch: 12
        case .tokenKeyUnknown: 13
        case .tokenSignatureInvalid: 14
        case .keysUnavailable: 15
        case .plaintextNotPermitted: 16
        case .mtlsNotAccepted: 17
        case .trustDomainNotAccepted: 18
        case .requestInvalid: 19
        case .unknownWorkload: 20
        case .conflictingHeaders: 21
        case .untrustedProxy: 22
        case .internalError: 23
        }
    }
}
