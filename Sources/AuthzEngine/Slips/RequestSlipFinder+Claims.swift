import AuthzCore
import AuthzPolicy

/// Claims of a token under another name than the one that counts.
extension RequestSlipFinder {
    /// `issuer` for `iss`, where the token has no such claim, and no policy reads what it has.
    func claims(_ document: RequestDocument) -> [FoundSlip] {
        guard !issuers.isEmpty, case .claims(let json, _, let location) = document.token,
            let claims = JSONValue(parsing: Array(json.utf8).span)
        else { return [] }
        return RegisteredClaim.words.compactMap { claim, words in
            guard claims[claim] == nil, let word = words.first(where: { claims[$0] != nil && !readClaims.contains($0) })
            else { return nil }
            let value = claims[word]?.string.map { "\(claim): \($0)" } ?? claim
            return slip(
                "\(Self.meaning(of: claim)) is \(claim.quoted), and this token has \(word.quoted) and none",
                label: "expected \(claim.quoted)", advice: "write \(value.quoted)",
                at: document.claimPlaces[word] ?? location,
                claim == "iss" ? .tokenIssuerUnknown : nil)
        }
    }

    /// A token that no rule can be for.
    func missingIssuer(_ claims: JSONValue, at location: SourceLocation) -> FoundSlip? {
        let others = RegisteredClaim.words.first { $0.claim == "iss" }?.words ?? []
        guard claims["iss"] == nil, !others.contains(where: { claims[$0] != nil && !readClaims.contains($0) }),
            !policySet.tokenRules.contains(where: \.issuer.isEmpty)
        else { return nil }
        let meant = issuers.count == 1 ? "iss: \(issuers[0])" : "iss: …"
        return slip(
            "the token has no `iss`, so no rule is for it", label: "expected `iss` among its claims",
            advice: "write \(meant.quoted)", at: location,
            .tokenIssuerUnknown)
    }

    private static func meaning(of claim: String) -> String {
        switch claim {
        case "iss": "the claim for the issuer"
        case "sub": "the claim for the subject"
        case "aud": "the claim for the audience"
        case "exp": "the claim for when a token expires"
        default: "the claim for when a token begins to count"
        }
    }

    /// The claims at the top of a token that conditions of policies and headers of rules read.
    static func readClaims(
        _ rules: [RequestAuthentication.JWTRule], _ policies: [AuthorizationPolicy]
    ) -> Set<String> {
        let tests = policies.flatMap(\.rules).flatMap(\.tests).compactMap { test -> String? in
            if case .claim(let path) = test.field { path.first } else { nil }
        }
        return Set(tests).union(rules.flatMap { $0.outputClaimToHeaders.map(\.claim) })
    }
}
