import AuthzCore
import AuthzEngine
import AuthzToken

/// What became of one token.
struct TokenVerdict {
    let status: TokenStatus
    /// The rule that applied; `nil` without policies, and where no rule is for the token.
    let rule: TokenRuleReference?
    /// Why the keys of the rule were not fetched; `nil` where nobody tried.
    private let keyFailure: String?
    private let maximumTokenBytes: Int

    init(
        _ status: TokenStatus, rule: TokenRuleReference? = nil, keyFailure: String? = nil, maximumTokenBytes: Int
    ) {
        self.status = status
        self.rule = rule
        self.keyFailure = keyFailure
        self.maximumTokenBytes = maximumTokenBytes
    }

    var isValid: Bool { status == .verified }

    /// The word for the refusal; `nil` for a valid token.
    var reason: Reason? { isValid ? nil : Reason(status) }

    /// What is wrong, with the values of the token that matter; `nil` for a valid token.
    func detail(_ workspace: borrowing TokenWorkspace, now: Int64) -> String? {
        switch status {
        case .verified: return nil
        case .expired: return TokenTime(claim: "exp", in: workspace.claims, now: now)?.text ?? "\(status.text)"
        case .notYetValid: return TokenTime(claim: "nbf", in: workspace.claims, now: now)?.text ?? "\(status.text)"
        case .issuerUnknown: return Self.value(of: "iss", in: workspace.claims)
        case .audienceNotAllowed: return Self.value(of: "aud", in: workspace.claims)
        case .tooLong: return "longer than \(maximumTokenBytes) bytes"
        case .criticalHeader: return "the header has `crit`, and no extension is understood"
        case .keysUnavailable:
            guard rule != nil else { return "no key of the set can be used" }
            return keyFailure.map { "the fetch of the keys failed: \($0)" }
                ?? "give the keys with `--jwks URI=FILE`, or fetch them with `--fetch-jwks`"
        case .notThreePieces, .headerNotBase64URL, .headerNotJSON, .algorithmNotString, .algorithmNotSupported,
            .keyIDNotString, .payloadNotBase64URL, .payloadNotJSON, .issuerNotString, .subjectNotString,
            .issuedAtNotInteger, .issuedAtOutOfRange, .notBeforeNotInteger, .notBeforeOutOfRange,
            .expirationNotInteger, .expirationOutOfRange, .tokenIDNotString, .audienceNotStrings,
            .signatureNotBase64URL, .keyUnknown, .ed25519SignatureLength, .signatureInvalid:
            return "\(status.text)"
        }
    }

    private static func value(of claim: String, in claims: borrowing JSONTape) -> String {
        guard !claims.isEmpty, let node = claims.member(claim.utf8.span, of: claims.root) else {
            return "the token has no `\(claim)`"
        }
        var json = JSONWriter()
        json.value(claims, at: node)
        return "the token's `\(claim)` is \(json.text)"
    }
}
