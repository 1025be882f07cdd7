import AuthzCore
import AuthzPolicy

/// A policy that denies whom it names, where nothing else allows anybody like that: perhaps its action is the slip.
enum ActionSlip {
    /// The hint; `nil` where another action would not let the request in, or the rule does not name who sends it.
    static func find(
        in document: RequestDocument, for workload: Workload, on draft: PolicyDraft, now: Int64
    ) -> String? {
        let policySet = draft.point.policySet
        var decider = Decider(now: now)
        let decision = decider.decide(document, for: workload, by: draft.point)
        guard decision.reason == .deniedByPolicy, case .rule(let index, let ordinal) = decision.determining else {
            return nil
        }
        let facts = decider.facts(for: workload)
        let policy = policySet.authorizationPolicies[index]
        let program = policySet.program
        guard let rule = policy.rules(on: workload.chainKind(isHTTP: facts.isHTTP))[ordinal].rule else { return nil }
        let tests = FieldTests.tests(of: rule, in: program).map { program.tests[Int($0)] }
        let namesCaller = tests.contains {
            switch $0.attribute {
            case .peerPrincipal, .ztunnelPrincipal, .ztunnelNamespace, .ztunnelAccount, .requestPrincipal: true
            case .claim, .header, .authority, .scheme, .fullPath, .method, .host, .path, .sourceIP, .remoteIP,
                .destinationIP, .destinationPort, .sni, .dynamicMetadata:
                false
            }
        }
        let allow = workload.chain(isHTTP: facts.isHTTP).allow
        let (request, claims) = (decider.request, decider.workspace.claims)
        guard namesCaller, !tests.contains(where: \.isNegated), allow.isEnforced,
            !allow.enforced.rules.contains(where: {
                program.holds($0, for: request, facts, claims: claims, caution: .allowing)
            }),
            let text = draft.text(of: policy.reference.location.file),
            let action = text.resource(at: policy.reference.location)?["spec"]?["action"],
            let changed = text.replacing(action, with: RuleWriter.quoted("ALLOW")),
            let next = draft.applying(PolicyDraft.Edit(sentence: "", text: changed))
        else { return nil }
        let other = next.point.policySet.workload(workload.description)
        guard decider.allows(document, for: other, by: next.point) else { return nil }
        return
            "perhaps `action: ALLOW` is meant in \(policy.reference.qualifiedName): with it the request is allowed, and nothing else allows it"
    }
}
