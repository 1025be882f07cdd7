package import AuthzCore
package import AuthzPolicy
import AuthzToken

/// A decision in words: the object that explain, suites and `POST /v1/check` give. Made off the served path.
package struct DecisionReport: Sendable {
    /// A policy with the rule that decided, or came closest.
    package struct PolicyMatch: Sendable, Equatable {
        package var policy: PolicyReference
        /// From 1; `nil` for policies that have no rules.
        package var rule: Int?
        /// Where the rule is written.
        package var location: SourceLocation
        /// Envoy's key of the rule.
        package var envoyID: String?
    }

    /// A CUSTOM policy that matched, and what became of it.
    package struct CustomMatch: Sendable, Equatable {
        package var provider: String
        package var policy: String
        /// `routed`, `assumed-allow`, `assumed-deny` or `invalid`.
        package var answer: String
    }

    package var outcome: Decision.Outcome
    package var status: Int
    package var grpcStatus: Int?
    package var body: String
    package var reason: Reason
    package var determiningPolicy: PolicyMatch?
    package var nearest: PolicyMatch?
    package var requestPrincipal: String?
    /// Without `spiffe://`.
    package var peerPrincipal: String?
    /// All that the peer's certificate names, where that is more than one.
    package var peerPrincipals: [String] = []
    package var workload: String?
    /// What said that it is this workload.
    package var workloadFoundBy: WorkloadSource?
    /// Under which the policies were compiled.
    package var profile: Profile
    /// What decided: `sidecar`, `gateway`, `waypoint` or `ztunnel`; `nil` where nobody knows the workload.
    package var enforcer: String?
    package var policySet: String
    package var decisionID: String?
    /// Headers that the upstream is to get instead of the client's, values in order.
    package var headersToSet: [(name: String, values: [String])] = []
    package var headersToRemove: [String] = []
    package var responseHeaders: [(name: String, value: String)] = []
    /// The path as policies saw it, where it is not the one that was sent.
    package var path: String?
    /// Names of the AUDIT policies that matched.
    package var audit: [String] = []
    package var dryRunAllow: Decision.Outcome?
    package var dryRunDeny: Decision.Outcome?
    package var custom: [CustomMatch] = []

    /// - Parameters:
    ///   - request: As the decision left it.
    ///   - sentPath: The path before that.
    ///   - workspace: Of that decision.
    ///   - seeksSlips: Whether the nearest rule is sought among those that lack no more than a slip, which takes longer than to decide.
    package init(
        _ decision: Decision, of request: CheckRequest, sentPath: String?, for found: FoundWorkload,
        at point: DecisionPoint, in workspace: Workspace, decisionID: String? = nil, seeksSlips: Bool = false
    ) {
        let workload = found.workload
        let policySet = point.policySet
        outcome = decision.outcome
        status = decision.status
        grpcStatus = decision.grpcStatus
        reason = decision.reason
        body = decision.bodyText(for: request).description
        self.policySet = policySet.digest
        self.decisionID = decisionID
        self.workload = workload?.displayName
        workloadFoundBy = found.source
        profile = policySet.options.profile
        enforcer = workload.map { $0.enforcer == .ztunnel ? "ztunnel" : $0.role.rawValue }
        let principals = request.principals.map { slice in
            let text = request.text(slice)
            return text.hasPrefix("spiffe://") ? String(text.dropFirst("spiffe://".count)) : text
        }
        peerPrincipal = principals.first
        if principals.count > 1 { peerPrincipals = principals }
        determiningPolicy = policySet.match(decision.determining)
        if decision.reason == .customProviderInvalid {
            determiningPolicy?.envoyID?.append("-deny-due-to-bad-CUSTOM-action")
        }
        dryRunAllow = decision.dryRunAllow
        dryRunDeny = decision.dryRunDeny
        audit = policySet.names(of: workspace.audited)
        custom = workspace.custom.map { policySet.match($0, assumed: point.options.customAnswer) }
        guard let workload else { return }
        if decision.reason == .noAllowPolicyMatched {
            nearest = NearestRule(policySet: policySet, workload: workload, seeksSlips: seeksSlips)
                .find(for: request, in: workspace).flatMap { policySet.match($0) }
        }
        if workload.enforcer == .ztunnel {
            // Such a key is Envoy's alone.
            determiningPolicy?.envoyID = nil
            nearest?.envoyID = nil
        }
        guard request.transport == .http else { return }
        requestPrincipal = workspace.claims.principal
        let path = request.text(request.operation.path)
        if decision.status > 0, path != sentPath { self.path = path }
        if decision.challenges { responseHeaders.append(("www-authenticate", request.challenge)) }
        if decision.outcome == .allow {
            let fields = reason == .internalError ? [] : workspace.headersToSet
            readHeaders(fields, request, workload, workspace)
        }
    }

    /// The request headers that the decision changes for the upstream.
    private mutating func readHeaders(
        _ fields: [HeaderField], _ request: CheckRequest, _ workload: Workload, _ workspace: Workspace
    ) {
        for field in fields {
            let name = request.text(field.name)
            let value = request.text(field.value)
            if let index = headersToSet.firstIndex(where: { $0.name == name }) {
                headersToSet[index].values.append(value)
            } else {
                headersToSet.append((name, [value]))
            }
        }
        let removed = Set(workspace.headersToRemove.map { request.text($0) })
            .union(workload.outputHeaders.map { String(decoding: $0, as: UTF8.self) })
            .subtracting(headersToSet.map(\.name))
        headersToRemove = removed.sorted()
    }
}

extension CheckRequest {
    /// All identities of the peer.
    var principals: [ByteSlice] { source.principal.value.map { [$0] + furtherPrincipals } ?? [] }
}

extension VerifiedClaims {
    /// `iss/sub` of the verified token; `nil` without one, or where one of the claims is missing.
    var principal: String? {
        guard isPresent, let issuer = topLevelString("iss"), let subject = topLevelString("sub") else { return nil }
        return String(decoding: tape.text[issuer.range], as: UTF8.self) + "/"
            + String(decoding: tape.text[subject.range], as: UTF8.self)
    }
}

extension PolicySet {
    func match(_ determining: Decision.Determining) -> DecisionReport.PolicyMatch? {
        switch determining {
        case .none: return nil
        case .rule(let policy, let ordinal):
            let compiled = authorizationPolicies[policy]
            return DecisionReport.PolicyMatch(
                policy: compiled.reference, rule: ordinal + 1, location: compiled.ruleLocations[ordinal],
                envoyID: compiled.envoyID(ofRule: ordinal))
        case .peerAuthentication(let policy, let port):
            let compiled = peerAuthentications[policy]
            return DecisionReport.PolicyMatch(
                policy: compiled.reference, rule: nil, location: compiled.location(ofModeAt: port), envoyID: nil)
        case .tokenRule(let rule):
            guard let owner = requestAuthentications.first(where: { $0.rules.contains(rule) }) else { return nil }
            return DecisionReport.PolicyMatch(
                policy: owner.reference, rule: rule - owner.rules.lowerBound + 1, location: tokenRules[rule].location,
                envoyID: nil)
        }
    }

    func match(_ rule: Program.Rule) -> DecisionReport.PolicyMatch? {
        match(.rule(policy: Int(rule.policy), ordinal: Int(rule.ordinal)))
    }

    /// The names of the policies of some rules, each once, in order.
    fileprivate func names(of rules: [Program.Rule]) -> [String] {
        var names: [String] = []
        for rule in rules {
            let name = authorizationPolicies[Int(rule.policy)].reference.qualifiedName
            if names.last != name { names.append(name) }
        }
        return names
    }

    fileprivate func match(
        _ answer: Workspace.CustomAnswer, assumed: Decision.Outcome
    ) -> DecisionReport.CustomMatch {
        let text =
            switch answer.state {
            // INVARIANT: a provider that is not on the chain gives no answer.
            case .own, .notOnTCP: "routed"
            case .other: "assumed-\(assumed.rawValue)"
            case .invalid: "invalid"
            }
        return DecisionReport.CustomMatch(
            provider: answer.provider,
            policy: authorizationPolicies[Int(answer.rule.policy)].reference.qualifiedName, answer: text)
    }
}
