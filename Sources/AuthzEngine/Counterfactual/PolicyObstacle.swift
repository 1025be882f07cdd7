import AuthzCore
import AuthzPolicy

/// Why no change of the policies is told where the request lacks what they ask for, and a change would have to drop it: a token that
/// stands where no rule looks, or a claim of a kind that no rule can ask for; or where it has what no request has, by a slip.
enum PolicyObstacle {
    /// `nil` where a change may be the answer.
    static func find(
        in document: RequestDocument, for workload: Workload, by point: DecisionPoint, now: Int64
    ) -> String? {
        var decider = Decider(now: now)
        let decision = decider.decide(document, for: workload, by: point)
        guard decision.reason == .deniedByPolicy || decision.reason == .noAllowPolicyMatched,
            let facts = decider.workspace.facts, facts.isHTTP
        else { return nil }
        let lacking = lacking(decision, decider, facts, workload, point)
        if let slip = slip(decider.request, lacking.map(\.attribute), workload, point.policySet) {
            return "\(slip): it is the request that is to be mended"
        }
        if let slip = clientsWord(decider, facts, lacking, workload, point.policySet) { return slip }
        if decider.workspace.claims.isPresent {
            let slips = lacking.map { decider.workspace.claims.slip(of: $0, in: point.policySet.program) }
            guard decision.reason == .deniedByPolicy || slips.allSatisfy({ $0 != nil }) else { return nil }
            return slips.lazy.compactMap(\.self).first { $0.path == nil }.map {
                $0.isOneText
                    ? $0.slip.sentence
                    : "\($0.slip.sentence); its issuer has to send a text, or the rule to ask for another claim"
            }
        }
        guard !workload.tokenRules.isEmpty else { return nil }
        let strays = StrayToken.all(in: decider.request)
        guard !strays.isEmpty else { return nil }
        let asks = lacking.contains { $0.attribute == .claim || $0.attribute == .requestPrincipal }
        guard asks || strays.contains(where: { isAllowed(with: $0, document, workload, point, now) }) else {
            return nil
        }
        return
            "the request has a token where no rule looks for one (TOKEN): send it where one does, or name its place in `fromHeaders` or `fromParams`"
    }

    /// What of the request is written in the place of something else, where the policies miss it by that.
    private static func slip(
        _ request: borrowing CheckRequest, _ lacking: [Program.Attribute], _ workload: Workload, _ policySet: PolicySet
    ) -> String? {
        if lacking.contains(.destinationPort),
            let slip = RequestSlip.port(of: request, for: workload, in: policySet)
        {
            return slip
        }
        return lacking.contains(.peerPrincipal) ? RequestSlip.caller(of: request, in: policySet) : nil
    }

    /// What the client says of its address, where a block asks for just that. A block of what is said lets anybody in, and the address of
    /// the proxy in front all who come through it.
    private static func clientsWord(
        _ decider: Decider, _ facts: Facts, _ lacking: [Program.Test], _ workload: Workload, _ policySet: PolicySet
    ) -> String? {
        let finder = SlipFinder(policySet, at: workload)
        return lacking.lazy.compactMap {
            finder.address($0, decider.request, facts, claims: decider.workspace.claims)
        }.first(where: \.isClientsWord)?.slip.sentence
    }

    /// The tests that deny the request: those of the DENY rule, or those that the nearest ALLOW rule lacks.
    static func lacking(
        _ decision: Decision, _ decider: Decider, _ facts: Facts, _ workload: Workload, _ point: DecisionPoint
    ) -> [Program.Test] {
        let program = point.policySet.program
        if case .rule(let policy, let ordinal) = decision.determining {
            let rules = point.policySet.authorizationPolicies[policy].rules(on: workload.chainKind(isHTTP: true))
            guard let rule = rules[ordinal].rule else { return [] }
            // What a DENY rule names holds, or is of an alternative that does not.
            return FieldTests.tests(of: rule, in: program).map { program.tests[Int($0)] }.filter(\.isNegated)
        }
        let nearest = NearestRule(policySet: point.policySet, workload: workload, seeksSlips: true)
        guard let rule = nearest.find(for: decider.request, in: decider.workspace) else { return [] }
        var lacking: [Int32] = []
        for side in [rule.permissions, rule.principals] {
            let failing: [[Int32]] = side.map {
                program.failing($0, decider.request, facts, claims: decider.workspace.claims)
            }
            lacking += failing.min { $0.count < $1.count } ?? []
        }
        return lacking.map { program.tests[Int($0)] }
    }

    /// Whether the request would be allowed if its token stood where a rule looks.
    private static func isAllowed(
        with stray: StrayToken, _ document: RequestDocument, _ workload: Workload, _ point: DecisionPoint, _ now: Int64
    ) -> Bool {
        guard let claims = stray.claims else { return false }
        var moved = document
        RequestField.token.set(
            .token(.claims(json: claims, hasValidSignature: true, location: document.location)), in: &moved,
            places: TokenPlaces(of: workload, in: point.policySet))
        var decider = Decider(now: now)
        return decider.allows(moved, for: workload, by: point)
    }
}
