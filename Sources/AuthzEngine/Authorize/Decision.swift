package import AuthzToken

/// The whole answer to one check request, as numbers; ``DecisionReport`` says it in words.
package struct Decision: Sendable {
    package enum Outcome: String, Sendable { case allow, deny }

    /// What is sent to a client that is denied.
    package enum Body: Sendable, Equatable {
        case none
        /// `RBAC: access denied`.
        case accessDenied
        /// The text of the token's status.
        case token(TokenStatus)
        /// The reason phrase of the HTTP status.
        case reasonPhrase
    }

    /// What fixed the outcome.
    enum Determining: Sendable, Equatable {
        /// A default.
        case none
        case rule(policy: Int, ordinal: Int)
        /// - Parameter port: Whose own mode it was; `nil` for that of the workload.
        case peerAuthentication(policy: Int, port: UInt16?)
        case tokenRule(Int)
    }

    package var outcome: Outcome
    package var reason: Reason
    /// What the client sees; 0 where there is no answer (TCP, refused connection), 200 for a gRPC request that is refused.
    package var status: Int
    /// The `grpc-status` of a gRPC request that is refused.
    package var grpcStatus: Int?
    package var body: Body
    /// Whether the proxy's codec refuses the request. It answers gRPC requests like all others.
    var isFromCodec = false
    /// Whether the answer carries `www-authenticate`.
    package var challenges: Bool
    var determining: Determining
    /// The result of the dry-run ALLOW policies; `nil` where there are none or they were not reached.
    var dryRunAllow: Outcome?
    var dryRunDeny: Outcome?
    /// The dry-run policies whose rules matched, by their place in the policy set; `nil` where none did.
    var dryRunAllowPolicy: Int?
    var dryRunDenyPolicy: Int?

    init(
        _ outcome: Outcome, _ reason: Reason, status: Int, body: Body = .none, challenges: Bool = false,
        determining: Determining = .none
    ) {
        self.outcome = outcome
        self.reason = reason
        self.status = status
        self.body = body
        self.challenges = challenges
        self.determining = determining
    }

    /// The decision for a request whose workload nobody named.
    package static let unknownWorkload = Decision(.deny, .unknownWorkload, status: 403, body: .accessDenied)
    /// The decision where something inside failed.
    package static let internalError = Decision(.deny, .internalError, status: 403, body: .accessDenied)
    /// The decision where headers of a proxy contradict each other, or one came twice.
    package static let conflictingHeaders = Decision(.deny, .conflictingHeaders, status: 403, body: .accessDenied)
    /// The decision for a forwarded request from somebody who may not tell of others.
    package static let untrustedProxy = Decision(.deny, .untrustedProxy, status: 403, body: .accessDenied)
    /// The decision for a request that cannot be read.
    package static let requestInvalid = refusedByCodec(status: 400)

    /// Something inside failed: this is denied, or allowed where the operator has chosen so. Dry runs keep their results.
    mutating func fail(opens: Bool) {
        outcome = opens ? .allow : .deny
        reason = .internalError
        status = opens ? 200 : 403
        body = opens ? .none : .accessDenied
        determining = .none
    }

    /// The decision for a request that the proxy's codec refuses.
    static func refusedByCodec(status: Int) -> Decision {
        var decision = Decision(.deny, .requestInvalid, status: status, body: .reasonPhrase)
        decision.isFromCodec = true
        return decision
    }

    /// The decision for a request that the proxy answers itself, policies or not.
    static func refusedByManager(status: Int) -> Decision { Decision(.deny, .requestInvalid, status: status) }
}

extension Reason {
    /// The reason of a token's failure.
    package init(_ status: TokenStatus) {
        self =
            switch status {
            case .notThreePieces, .headerNotBase64URL, .headerNotJSON, .algorithmNotString, .keyIDNotString,
                .payloadNotBase64URL, .payloadNotJSON, .issuerNotString, .subjectNotString, .issuedAtNotInteger,
                .issuedAtOutOfRange, .notBeforeNotInteger, .notBeforeOutOfRange, .expirationNotInteger,
                .expirationOutOfRange, .tokenIDNotString, .audienceNotStrings, .signatureNotBase64URL, .criticalHeader:
                .tokenMalformed
            case .tooLong: .tokenTooLong
            case .algorithmNotSupported: .tokenAlgorithmNotAllowed
            case .issuerUnknown: .tokenIssuerUnknown
            case .notYetValid: .tokenNotYetValid
            case .expired: .tokenExpired
            case .audienceNotAllowed: .tokenAudienceMismatch
            case .keyUnknown: .tokenKeyUnknown
            case .signatureInvalid, .ed25519SignatureLength: .tokenSignatureInvalid
            case .keysUnavailable: .keysUnavailable
            // INVARIANT: a verified token has no reason to be refused.
            case .verified: .internalError
            }
    }
}
