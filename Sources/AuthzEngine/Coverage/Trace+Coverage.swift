import AuthzCore
import AuthzPolicy
import AuthzToken

extension Trace {
    /// A trace that gathers what was put to the test, and nothing else.
    package static var forCoverage: Trace {
        var trace = Trace()
        trace.coverage = CoverageSteps()
        return trace
    }

    // MARK: Rules

    mutating func coverCustom(
        _ authorizer: Authorizer, _ request: borrowing CheckRequest, _ facts: Facts, _ workspace: borrowing Workspace
    ) {
        cover(.custom, authorizer, request, facts, workspace)
    }

    mutating func coverRules(
        _ authorizer: Authorizer, _ request: borrowing CheckRequest, _ facts: Facts, _ workspace: borrowing Workspace,
        decision: Decision
    ) {
        cover(.audit, authorizer, request, facts, workspace)
        cover(.deny, authorizer, request, facts, workspace)
        guard decision.reason != .deniedByPolicy else { return }
        cover(.allow, authorizer, request, facts, workspace)
        guard decision.reason == .noAllowPolicyMatched else { return }
        for index in authorizer.workload.attachedPolicies {
            let policy = authorizer.policySet.authorizationPolicies[index]
            if policy.action == .allow, policy.ruleLocations.isEmpty { coverage?.emptyPolicies.insert(index) }
        }
    }

    private mutating func cover(
        _ action: AuthorizationPolicy.Action, _ authorizer: Authorizer, _ request: borrowing CheckRequest,
        _ facts: Facts, _ workspace: borrowing Workspace
    ) {
        guard var steps = coverage else { return }
        coverage = nil
        let policySet = authorizer.policySet
        let recorder = CoverageRecorder(
            program: policySet.program, caution: action == .allow ? .allowing : .denying)
        let chain = authorizer.workload.chainKind(isHTTP: facts.isHTTP)
        for index in authorizer.workload.attachedPolicies {
            let policy = policySet.authorizationPolicies[index]
            guard policy.action == action else { continue }
            for compiled in policy.rules(on: chain) {
                guard let rule = compiled.rule else { continue }
                recorder.record(rule, request, facts, claims: workspace.claims, into: &steps)
            }
        }
        coverage = steps
    }

    // MARK: Connections

    mutating func coverConnection(_ request: borrowing CheckRequest, for workload: Workload, isHTTP: Bool) {
        guard workload.role == .sidecar, case .known(let port) = request.destination.port else { return }
        let effective = workload.peerAuthentication
        let setting = effective.setting(forPort: port)
        guard let policy = setting.policy else { return }
        // A port that inherits has the setting of the workload.
        let isOfPort = effective.ports[port].map { !$0.isInherited } ?? false
        let other = isOfPort ? effective.workload.mode : effective.inherited
        let peer = request.source.principal
        let enforcer = workload.enforcer
        let answer = ConnectionAnswer(setting.mode, peer, enforcer, isHTTP: isHTTP)
        guard answer != ConnectionAnswer(other, peer, enforcer, isHTTP: isHTTP) else { return }
        coverage?.modes.insert(CoverageSteps.ModeKey(policy: policy, port: isOfPort ? port : nil))
    }

    // MARK: Tokens

    mutating func coverToken(_ rule: Int, _ policySet: PolicySet, _ workspace: borrowing Workspace) {
        coverage?.tokenRules.insert(rule)
        let hits = workspace.claims.accepted(policySet.tokenRules[rule].audiences)
        if hits.count == 1, let audience = hits.first {
            coverage?.audiences.insert(CoverageSteps.AudienceKey(rule: rule, audience: audience))
        }
    }
}

extension VerifiedClaims {
    /// Those of some audiences that the token is for.
    fileprivate func accepted(_ audiences: [String]) -> Set<String> {
        var hits: Set<String> = []
        guard !audiences.isEmpty, let node = tape.member("aud", of: tape.root) else { return hits }
        for audience in audiences {
            let requirements = TokenRequirements(issuer: "", audiences: [audience])
            for index in node..<max(node + 1, Int(tape.nodes[node].end)) where tape.nodes[index].kind == .string {
                let text = tape.text.span.extracting(tape.nodes[index].text.range)
                if requirements.accepts(audience: text) { hits.insert(audience) }
            }
        }
        return hits
    }
}

/// What a mode makes of a connection.
private enum ConnectionAnswer: Equatable {
    case taken, refused, takenWithoutPrincipal

    init(
        _ mode: PeerAuthentication.Mode, _ peer: Attribute<ByteSlice>, _ enforcer: Workload.Enforcer, isHTTP: Bool
    ) {
        switch (mode, peer) {
        case (_, .unknown), (.permissive, _): self = .taken
        case (.strict, .absent): self = .refused
        case (.strict, .known): self = .taken
        case (.disable, .absent): self = .taken
        case (.disable, .known) where enforcer == .ztunnel: self = .taken
        case (.disable, .known): self = isHTTP ? .refused : .takenWithoutPrincipal
        }
    }
}
