import AuthzCore
import AuthzPolicy

/// Why no change of the policies is told where the request lacks what they ask for, and a change would have to drop it: a token that
/// stands where no rule looks; or where it has what no request has, by a slip.
extension Denial {
    /// `nil` where a change may be the answer.
    var obstacle: String? {
        if let slip = audienceSlip, slip.side == .token { return "\(slip.sentence); \(slip.advice)" }
        guard decision.reason == .deniedByPolicy || decision.reason == .noAllowPolicyMatched, facts.isHTTP else {
            return nil
        }
        if let slip = requestSlip { return "\(slip): it is the request that is to be mended" }
        if let clientsWord { return clientsWord }
        if let misnamedSubject { return misnamedSubject }
        guard !claims.isPresent, !workload.tokenRules.isEmpty else { return nil }
        let strays = StrayToken.all(in: request)
        guard !strays.isEmpty else { return nil }
        let asks = lacking.contains { $0.attribute == .claim || $0.attribute == .requestPrincipal }
        guard asks || strays.contains(where: isAllowed) else { return nil }
        return
            "the request has a token where no rule looks for one (TOKEN): send it where one does, or name its place in `fromHeaders` or `fromParams`"
    }

    /// A claim of a kind that no rule can ask for, which is all that the rules miss: a change lets the request in without it. `nil` where
    /// they miss something else, too.
    var unfitClaim: String? {
        guard claims.isPresent else { return nil }
        let slips = lacking.map { claims.slip(of: $0, in: program) }
        let isSlipped = zip(lacking, slips).allSatisfy { $1 != nil || isSlip($0) }
        guard decision.reason == .deniedByPolicy || isSlipped else { return nil }
        return slips.lazy.compactMap(\.self).first { $0.path == nil }.map {
            $0.isOneText
                ? $0.slip.sentence
                : "\($0.slip.sentence); its issuer has to send a text, or the rule to ask for another claim"
        }
    }

    /// By which the token misses the rule that refused it.
    var audienceSlip: AudienceSlip? {
        guard decision.reason == .tokenAudienceMismatch, case .tokenRule(let rule) = decision.determining,
            let json = TokenPlaces(of: workload, in: policySet).claims(in: document)
        else { return nil }
        return AudienceSlip(ClaimTree(json: json).strings(at: ["aud"]), rules: [rule], policySet, document)
    }

    /// What of the request is written in the place of something else, where the policies miss it by that.
    private var requestSlip: String? {
        let attributes = lacking.map(\.attribute)
        if attributes.contains(.destinationPort),
            let slip = RequestSlip.port(of: request, for: workload, in: policySet)
        {
            return slip
        }
        return attributes.contains(.peerPrincipal) ? RequestSlip.caller(of: request, in: policySet) : nil
    }

    /// Whether the nearest ALLOW rule lacks a test by nothing but a slip.
    private func isSlip(_ test: Program.Test) -> Bool {
        guard let nearest, !test.isNegated else { return false }
        let namespace = policySet.authorizationPolicies[Int(nearest.policy)].reference.namespace
        return SlipFinder(policySet, at: workload).find(test, in: namespace, request, facts, claims: claims) != nil
    }

    /// `subject` for `sub`, where a request principal is asked for: a change of the policies would do without one.
    private var misnamedSubject: String? {
        guard claims.isPresent, claims.principal == nil,
            lacking.contains(where: { $0.attribute == .requestPrincipal }),
            RegisteredClaim.isMisnamed("sub", in: claims.tape)
        else { return nil }
        return RegisteredClaim.note(of: "sub", in: claims.tape).map { "\($0): it is the token that is to be mended" }
    }

    /// What the client says of its address, where a block asks for just that. A block of what is said lets anybody in, and the address of
    /// the proxy in front all who come through it.
    private var clientsWord: String? {
        let finder = SlipFinder(policySet, at: workload)
        return lacking.lazy.compactMap { finder.address($0, request, facts, claims: claims) }
            .first(where: \.isClientsWord)?.slip.sentence
    }

    /// Whether the request would be allowed if its token stood where a rule looks.
    private func isAllowed(with stray: StrayToken) -> Bool {
        guard let claims = stray.claims else { return false }
        var moved = document
        RequestField.token.set(
            .token(.claims(json: claims, hasValidSignature: true, location: document.location)), in: &moved,
            places: TokenPlaces(of: workload, in: policySet))
        return point.outcome(of: moved, for: workload, now: now) == .allow
    }
}
