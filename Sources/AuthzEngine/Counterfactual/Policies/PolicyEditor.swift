import AuthzCore
import AuthzPolicy

/// The edits that could take away the one thing which a decision was denied for. Whether one does is for the caller to try.
struct PolicyEditor {
    let draft: PolicyDraft
    let workload: Workload
    let decision: Decision
    let request: CheckRequest
    let workspace: Workspace
    /// What the rules saw, or would have seen.
    let facts: Facts
    let document: RequestDocument
    /// `namespace/name` of the policy that alone is changed where an ALLOW rule is lacking; `nil` where any may be.
    let preferred: String?

    var policySet: PolicySet { draft.point.policySet }
    var program: Program { policySet.program }
    var claims: VerifiedClaims { workspace.claims }
    var slips: SlipFinder { SlipFinder(policySet, at: workload) }

    var values: WrittenValues {
        WrittenValues(request: request, facts: facts, claims: workspace.claims, program: program)
    }

    /// Why no policy can be the answer; `nil` where one may.
    var obstacle: String? {
        switch decision.reason {
        case .tokenAudienceMismatch where sentAudiences.isEmpty:
            "the token has no `aud`, and a rule with `audiences` wants one"
        case .deniedByPolicy, .noAllowPolicyMatched, .plaintextNotPermitted, .mtlsNotAccepted, .tokenAudienceMismatch,
            .allowedByPolicy, .noPolicyApplies:
            nil
        case .deniedByCustom:
            "the CUSTOM provider \(provider.quoted) is taken to deny, and what it answers stands in no policy; `--assume-custom allow` tries the other answer"
        case .customProviderInvalid:
            "the CUSTOM provider \(provider.quoted) is unknown or one of several: write in `provider` one that the mesh settings have, or add it there"
        case .tokenMalformed, .tokenTooLong, .tokenAlgorithmNotAllowed, .tokenNotYetValid, .tokenExpired,
            .tokenKeyUnknown, .tokenSignatureInvalid, .keysUnavailable:
            "the token is not good, and no policy should make it so"
        case .tokenIssuerUnknown: unknownIssuer
        case .trustDomainNotAccepted:
            "the trust domain has to be accepted in the mesh settings (`trustDomainAliases`, `caCertificates`)"
        case .requestInvalid: "the proxy refuses the request before any policy"
        case .unknownWorkload: "nobody knows the workload"
        case .conflictingHeaders, .untrustedProxy, .internalError: "it was not denied by a policy"
        }
    }

    /// The CUSTOM provider that is taken to deny.
    private var provider: String {
        guard case .rule(let policy, _) = decision.determining else { return "" }
        return policySet.authorizationPolicies[policy].provider ?? ""
    }

    func isPreferred(_ policy: PolicyReference) -> Bool {
        preferred.map { $0 == policy.qualifiedName } ?? true
    }

    func edits() -> [PolicyDraft.Edit] {
        switch decision.reason {
        case .noAllowPolicyMatched:
            valueEdits() + moves(of: .authorizationPolicy, .requestAuthentication)
                + selectors(of: .authorizationPolicy, .requestAuthentication) + wholeRules()
        case .deniedByPolicy:
            exceptions() + moves(of: .requestAuthentication) + selectors(of: .requestAuthentication)
        case .plaintextNotPermitted, .mtlsNotAccepted: modes() + moves(of: .peerAuthentication)
        case .tokenAudienceMismatch: audiences()
        case .allowedByPolicy, .noPolicyApplies, .deniedByCustom, .customProviderInvalid, .tokenMalformed,
            .tokenTooLong,
            .tokenAlgorithmNotAllowed, .tokenIssuerUnknown, .tokenNotYetValid, .tokenExpired, .tokenKeyUnknown,
            .tokenSignatureInvalid, .keysUnavailable, .trustDomainNotAccepted, .requestInvalid, .unknownWorkload,
            .conflictingHeaders, .untrustedProxy, .internalError:
            []
        }
    }

    // MARK: ALLOW

    /// For ALLOW rules that lack one test: its value put in, or the one that excludes the request taken out.
    private func valueEdits() -> [PolicyDraft.Edit] {
        var edits: [PolicyDraft.Edit] = []
        var rules = 0
        let slips = slips
        let near = workload.chain(isHTTP: facts.isHTTP).allow.enforced.rules
            .filter { isPreferred(policySet.authorizationPolicies[Int($0.policy)].reference) }
            .map { (rule: $0, tests: singleFailures(of: $0)) }.filter { !$0.tests.isEmpty }
        let isSlipped = near.map { slips.slips(of: $0.rule, request, facts, claims: workspace.claims) != nil }
        let sorted = near.indices.filter { isSlipped[$0] } + near.indices.filter { !isSlipped[$0] }
        for (rule, tests) in sorted.map({ near[$0] }) {
            guard let place = RulePlace(policySet, rule, slips, in: draft) else { continue }
            let found = tests.flatMap {
                place.mending(program.tests[Int($0)], program, values, request, facts, workspace.claims)
            }
            edits += found
            if !found.isEmpty { rules += 1 }
            if rules >= NearestPolicy.maximumRules { break }
        }
        return edits
    }

    /// The tests of which one alone keeps an alternative of the rule from matching.
    private func singleFailures(of rule: Program.Rule) -> [Int32] {
        let failing = { (conjunction: Int32) in
            program.failing(conjunction, request, facts, claims: workspace.claims)
        }
        var singles: [Int32] = []
        for permissions in rule.permissions.map(failing) {
            for principals in rule.principals.map(failing) where permissions.count + principals.count == 1 {
                singles += permissions + principals
            }
        }
        return singles
    }

    /// One more rule for just this request: in a policy that is there, and as a policy of its own.
    private func wholeRules() -> [PolicyDraft.Edit] {
        let rule = values.exactRule(
            isHTTP: facts.isHTTP, readsTokens: !workload.tokenRules.isEmpty, knowsClient: workload.role == .gateway)
        let attached = workload.attachedPolicies.map { policySet.authorizationPolicies[$0] }
            .filter { $0.action == .allow && !$0.isDryRun && isPreferred($0.reference) }
        var edits: [PolicyDraft.Edit] = []
        for policy in attached.filter({ !$0.ruleLocations.isEmpty }).prefix(NearestPolicy.maximumRules) {
            guard let text = draft.text(of: policy.reference.location.file),
                let list = text.resource(at: policy.reference.location)?["spec"]?["rules"],
                let changed = text.appending(
                    RuleWriter.flow(rule, isJSON: text.isJSON), block: RuleWriter.block(rule), to: list)
            else { continue }
            edits.append(
                PolicyDraft.Edit(
                    sentence: "add a rule to \(policy.reference.qualifiedName)", text: changed, isWhole: true))
        }
        // In JSON, where no policy of its own can stand beside it, one that allows nothing gets its first rule.
        for policy in attached.filter(\.ruleLocations.isEmpty).prefix(NearestPolicy.maximumRules) {
            guard let text = draft.text(of: policy.reference.location.file), text.isJSON,
                let resource = text.resource(at: policy.reference.location)
            else { continue }
            let flow = "[\(RuleWriter.flow(rule, isJSON: true))]"
            let changed: PolicyText? =
                if let list = resource["spec"]?["rules"] {
                    text.appending(RuleWriter.flow(rule, isJSON: true), to: list)
                } else if let spec = resource["spec"] {
                    text.adding("rules", flow, to: spec)
                } else {
                    text.adding("spec", "{\"rules\": \(flow)}", to: resource)
                }
            guard let changed else { continue }
            edits.append(
                PolicyDraft.Edit(
                    sentence: "add a rule to \(policy.reference.qualifiedName)", text: changed, isWhole: true))
        }
        if preferred == nil, let file = attached.first?.reference.location.file, let edit = ownPolicy(rule, file: file)
        {
            edits.append(edit)
        }
        return edits
    }

    private func ownPolicy(
        _ rule: (source: [(String, String)], operation: [(String, String)]), file: String
    ) -> PolicyDraft.Edit? {
        let description = workload.description
        let name = freeName("allow-\(description.name ?? "request")", description.namespace)
        let lines = RuleWriter.block(rule)
        let rules = lines.enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
        let policy = RuleWriter.policy(
            kind: "AuthorizationPolicy", name: name, namespace: policyNamespace, attachment: attachment,
            spec: ["action: ALLOW", "rules:"] + rules)
        guard let text = draft.text(of: file), !text.isJSON, let changed = text.appending(document: policy) else {
            return nil
        }
        return PolicyDraft.Edit(
            sentence: "add the policy \(policyNamespace)/\(name)", text: changed, isWhole: true)
    }

    private var policyNamespace: String { workload.description.service?.namespace ?? workload.description.namespace }

    /// What makes a policy reach this workload and as few others as can be said.
    var attachment: [String] {
        let description = workload.description
        if let gateway = description.labels[WorkloadDescription.Label.gatewayName] {
            if description.role == .waypoint, let service = description.service {
                return ["targetRefs:", "- {kind: Service, group: \"\", name: \(service.name)}"]
            }
            return ["targetRefs:", "- {kind: Gateway, group: gateway.networking.k8s.io, name: \(gateway)}"]
        }
        let labels = description.labels.filter { $0.key != "pod-template-hash" }.sorted { $0.key < $1.key }
        guard !labels.isEmpty else { return [] }
        return ["selector:", "  matchLabels:"] + labels.map { "    \($0.key): \(RuleWriter.quoted($0.value))" }
    }

    func freeName(_ wanted: String, _ namespace: String) -> String {
        let used = Set(
            policySet.authorizationPolicies.map(\.reference.name) + policySet.peerAuthentications.map(\.reference.name))
        guard used.contains(wanted) else { return wanted }
        return (2...).lazy.map { "\(wanted)-\($0)" }.first { !used.contains($0) } ?? wanted
    }

    // MARK: DENY

    /// Ways to leave this request out of the rule that matched.
    private func exceptions() -> [PolicyDraft.Edit] {
        guard let rule = policySet.rule(determining: decision, on: workload.chainKind(isHTTP: facts.isHTTP)),
            let place = RulePlace(policySet, rule, slips, in: draft)
        else { return [] }
        let holding = { (sides: Range<Int32>) in
            sides.enumerated().filter { _, conjunction in
                program.conjunctions[Int(conjunction)].tests.allSatisfy {
                    program.outcome(
                        of: program.tests[Int($0)], for: request, facts, claims: workspace.claims, caution: .denying)
                        != .differs
                }
            }.map(\.offset)
        }
        if facts.isHTTP, !workload.tokenRules.isEmpty, Authenticator.isPreflight(request),
            let edits = place.preflightExceptions(
                to: holding(rule.permissions), program, rule, values, request, facts, workspace.claims)
        {
            return edits
        }
        return place.exceptions(
            from: holding(rule.principals), to: holding(rule.permissions), program, rule, values, request, facts,
            workspace.claims, isHTTP: facts.isHTTP)
    }
}

extension Array {
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
