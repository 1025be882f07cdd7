import AuthzCore
import AuthzPolicy

/// A policy that denies whom it names, where nothing else allows anybody like that: perhaps its action is the slip.
extension Denial {
    /// The hint; `nil` where another action would not let the request in, or the rule does not name who sends it.
    ///
    /// - Parameter draft: The policies as they are.
    func actionSlip(on draft: PolicyDraft) -> String? {
        guard let rule else { return nil }
        let tests = FieldTests.tests(of: rule, in: program).map { program.tests[Int($0)] }
        let namesCaller = tests.contains {
            switch $0.attribute {
            case .peerPrincipal, .ztunnelPrincipal, .ztunnelNamespace, .ztunnelAccount, .requestPrincipal: true
            case .claim, .header, .authority, .scheme, .fullPath, .method, .host, .path, .sourceIP, .remoteIP,
                .destinationIP, .destinationPort, .sni, .dynamicMetadata:
                false
            }
        }
        let policy = policySet.authorizationPolicies[Int(rule.policy)].reference
        let allow = workload.chain(isHTTP: facts.isHTTP).allow
        guard namesCaller, !tests.contains(where: \.isNegated), allow.isEnforced,
            !allow.enforced.rules.contains(where: {
                program.holds($0, for: request, facts, claims: claims, caution: .allowing)
            }),
            let text = draft.text(of: policy.location.file),
            let action = text.resource(at: policy.location)?["spec"]?["action"],
            let changed = text.replacing(action, with: RuleWriter.quoted("ALLOW")),
            let next = draft.applying(PolicyDraft.Edit(sentence: "", text: changed))?.point,
            next.outcome(of: document, for: next.policySet.workload(workload.description), now: now) == .allow
        else { return nil }
        return
            "perhaps `action: ALLOW` is meant in \(policy.qualifiedName): with it the request is allowed, and nothing else allows it"
    }
}
