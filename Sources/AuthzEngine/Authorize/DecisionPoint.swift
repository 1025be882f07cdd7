package import AuthzCore
package import AuthzToken

/// The snapshot in force: policies, keys and settings, immutable. Every command decides through ``decide(_:for:now:in:trace:)``.
package struct DecisionPoint: Sendable {
    package let policySet: PolicySet
    /// By ``PolicySet/keySources``; `nil` where there are no keys yet.
    package let keySets: [KeySet?]
    package let options: EvaluationOptions
    /// The number of this snapshot.
    package let generation: Int

    /// - Parameter keySets: One for each of the policy set's key sources; those of inline sources are filled in where `nil`.
    package init(
        policySet: PolicySet, keySets: [KeySet?] = [], options: EvaluationOptions = EvaluationOptions(),
        generation: Int = 1
    ) {
        self.policySet = policySet
        self.keySets = policySet.keySources.enumerated().map { index, source in
            if case .inline(let keys) = source { return keys }
            return index < keySets.count ? keySets[index] : nil
        }
        self.options = options
        self.generation = generation
    }

    /// Decides whether a request may proceed under the policies of its destination workload.
    ///
    /// First the connection (PeerAuthentication, accepted trust domains), then the request line as the proxy reads it, then
    /// CUSTOM, the token, and DENY before ALLOW; a workload without an ALLOW policy allows what none denied (Istio, security/v1
    /// `AuthorizationPolicy`; AuthorizationPolicy dossier 1). The request is changed on the way as the proxy would change it.
    /// Within one action the order of policies changes no outcome.
    ///
    /// - Parameters:
    ///   - workload: `nil` where nobody knows it: denied.
    ///   - now: Seconds since 1970, for the times of tokens.
    ///   - trace: Records each step for `explain`. `nil` when serving, and then nothing is allocated.
    /// - Complexity: O(*m*) in the matchers of the policies that reach the workload.
    package func decide(
        _ request: inout CheckRequest, for workload: Workload?, now: Int64, in workspace: inout Workspace,
        trace: inout Trace?
    ) -> Decision {
        workspace.begin()
        guard let workload else { return .unknownWorkload }
        var decision = decideBeforeAnswer(&request, for: workload, now: now, in: &workspace, trace: &trace)
        // Nearly always there are none; the call copies the request and all the buffers.
        if decision.outcome == .allow, !workspace.headersToSet.isEmpty,
            let name = workspace.unwritableHeader(of: request)
        {
            trace?.recordUnwritableHeader(request.text(name))
            decision.fail(opens: options.failsOpen)
        }
        // ztunnel has let the connection pass, and the requests on it pass with it.
        if decision.outcome == .allow, request.transport == .http { decision.status = 200 }
        if decision.outcome == .deny, decision.status > 0, !decision.isFromCodec, workspace.isGRPC {
            decision.grpcStatus = GRPC.status(for: decision.status)
            decision.status = 200
        }
        return decision
    }

    /// Denies a request that cannot be put to the policies, because of what the caller made of it.
    package func refuse(_ refusal: Decision, in workspace: inout Workspace) -> Decision {
        workspace.begin()
        return refusal
    }

    private func decideBeforeAnswer(
        _ request: inout CheckRequest, for workload: Workload, now: Int64, in workspace: inout Workspace,
        trace: inout Trace?
    ) -> Decision {
        if let refusal = ConnectionCheck.refusal(of: &request, for: workload, in: policySet, trace: &trace) {
            return refusal
        }
        var facts = Facts()
        let isHTTP = request.transport == .http && workload.readsHTTP
        if isHTTP {
            let refusal = RequestPreparation.prepare(
                &request, for: workload, under: policySet, in: &workspace, facts: &facts, trace: &trace)
            if let refusal { return refusal }
        } else {
            RequestPreparation.readConnection(of: request, into: &facts)
            facts.isHTTP = false
        }
        let chain = workload.chain(isHTTP: facts.isHTTP)
        // Nearly always there is nothing to try; the call copies the request.
        if !chain.custom.isEmpty || trace != nil {
            let denial = Authorizer.custom(
                chain, for: workload, in: policySet, options, request, facts, workspace: &workspace, trace: &trace)
            if let denial { return denial }
        }
        if isHTTP, !workload.tokenRules.isEmpty {
            if let refusal = tokenRefusal(of: &request, for: workload, now: now, in: &workspace, trace: &trace) {
                return refusal
            }
            RequestPreparation.readOperation(of: request, into: &facts)
            // Gateways and waypoints look for the route anew once a token is verified.
            if workspace.verifiedRule != nil, workload.role != .sidecar, !request.isFromEnvoy {
                facts.hasRoute = facts.path.value != nil && request.hasForwardedScheme
            }
        }
        workspace.keep(facts)
        let decision = Authorizer.authorize(
            chain, for: workload, in: policySet, options, request, facts, workspace: &workspace, trace: &trace)
        guard decision.outcome == .allow, !facts.hasRoute else { return decision }
        trace?.recordMissingRoute()
        var refusal = Decision.refusedByManager(status: 404)
        refusal.dryRunAllow = decision.dryRunAllow
        refusal.dryRunDeny = decision.dryRunDeny
        refusal.dryRunAllowPolicy = decision.dryRunAllowPolicy
        refusal.dryRunDenyPolicy = decision.dryRunDenyPolicy
        return refusal
    }

    /// Never inlined, for what it retains would be retained by each decision.
    @inline(never)
    private func tokenRefusal(
        of request: inout CheckRequest, for workload: Workload, now: Int64, in workspace: inout Workspace,
        trace: inout Trace?
    ) -> Decision? {
        let authenticator = Authenticator(
            policySet: policySet, workload: workload, keySets: keySets, now: now,
            maximumTokenBytes: options.maximumTokenBytes)
        return authenticator.refusal(of: &request, in: &workspace, trace: &trace)
    }
}
