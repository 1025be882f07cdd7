import AuthzCore
import AuthzToken

/// Checks the tokens of a request against the JWT rules of its workload, and changes the request as Envoy's `jwt_authn` filter
/// would (request authentication dossier 2, 6, 7).
struct Authenticator {
    let policySet: PolicySet
    let workload: Workload
    let keySets: [KeySet?]
    let now: Int64
    let maximumTokenBytes: Int

    /// What one rule made of the request.
    enum RuleOutcome: Sendable, Equatable {
        case verified
        /// No token at the rule's locations.
        case missing
        case failed(TokenStatus)
    }

    /// The refusal of a request with a bad token; `nil` where there is no token, or a good one. Asked only where there are rules.
    func refusal(of request: inout CheckRequest, in workspace: inout Workspace, trace: inout Trace?) -> Decision? {
        request.operation.pathBeforeTokens = request.operation.path
        for header in workload.outputHeaders { removeHeader(header, from: &request, in: &workspace) }
        // The filter's rules look for a path.
        guard !request.operation.path.isEmpty else { return nil }
        if Self.isPreflight(request) {
            trace?.recordPreflight()
            return nil
        }
        let outcome = outcome(of: &request, in: &workspace, trace: &trace)
        let decision: Decision? =
            if case .failed(let rule, let status) = outcome {
                Decision(
                    .deny, Reason(status), status: status.isForbidden ? 403 : 401, body: .token(status),
                    challenges: true,
                    determining: .tokenRule(rule))
            } else {
                nil
            }
        trace?.recordAuthentication(self, request, workspace, refusal: decision)
        return decision
    }

    private enum Outcome {
        case passed
        case failed(rule: Int, TokenStatus)
    }

    /// Whether the filter leaves the request alone (dossier 2.6).
    static func isPreflight(_ request: borrowing CheckRequest) -> Bool {
        guard request.slice(request.operation.method, equals: "OPTIONS"),
            let origin = request.firstHeader("origin"), !origin.value.isEmpty,
            let method = request.firstHeader("access-control-request-method"), !method.value.isEmpty
        else { return false }
        return true
    }

    // MARK: Rules

    /// The requirement tree of dossier 2.2: any rule, else all of them verified or missing. The second run sees the request as
    /// the first one left it.
    private func outcome(
        of request: inout CheckRequest, in workspace: inout Workspace, trace: inout Trace?
    ) -> Outcome {
        var last: (rule: Int, status: TokenStatus)?
        var unknownIssuer: (rule: Int, status: TokenStatus)?
        for rule in workload.tokenRules {
            let outcome = outcome(of: rule, &request, in: &workspace)
            trace?.recordTokenRule(rule, outcome, run: 1)
            switch outcome {
            case .verified: return .passed
            case .missing: continue
            case .failed(let status) where workspace.token.envoyMayTakeIt:
                // Envoy would have stopped here, with this token: no later rule may stand in for it.
                return .failed(rule: rule, status)
            case .failed(.issuerUnknown): unknownIssuer = unknownIssuer ?? (rule, .issuerUnknown)
            case .failed(let status): last = (rule, status)
            }
        }
        // A single rule is not run again.
        if workload.tokenRules.count > 1 {
            for rule in workload.tokenRules {
                let outcome = outcome(of: rule, &request, in: &workspace)
                trace?.recordTokenRule(rule, outcome, run: 2)
                guard case .failed(let status) = outcome else { continue }
                if status == .issuerUnknown {
                    unknownIssuer = unknownIssuer ?? (rule, status)
                } else {
                    last = (rule, status)
                }
                return fold(last, unknownIssuer)
            }
            return .passed
        }
        return fold(last, unknownIssuer)
    }

    /// The last real failure, else an unknown issuer, else nothing was there.
    private func fold(_ last: (rule: Int, status: TokenStatus)?, _ unknown: (rule: Int, status: TokenStatus)?)
        -> Outcome
    {
        (last ?? unknown).map { .failed(rule: $0.rule, $0.status) } ?? .passed
    }

    /// One rule: every token at its locations must be good. Their effects on the request stay, even if a later one is bad.
    private func outcome(of index: Int, _ request: inout CheckRequest, in workspace: inout Workspace) -> RuleOutcome {
        let rule = policySet.tokenRules[index]
        if let header = rule.payloadHeader { removeHeader(header, from: &request, in: &workspace) }
        for output in rule.claimHeaders { removeHeader(output.header, from: &request, in: &workspace) }
        TokenExtraction.extract(rule, from: &request, into: &workspace)
        guard !workspace.candidates.isEmpty else { return .missing }
        var removed: Int?
        for position in workspace.candidates.indices.reversed() {
            let candidate = workspace.candidates[position]
            let status = status(of: candidate.token, rule, request, in: &workspace)
            guard status == .verified else { return .failed(status) }
            workspace.token.exchangeClaims(with: &workspace.claims.tape)
            workspace.claims.isPresent = true
            workspace.claims.wordLists = rule.wordLists
            workspace.verifiedRule = index
            let payload = workspace.token.payload
            writeOutputs(
                of: rule,
                payload: ByteSlice(offset: Int(candidate.token.offset) + payload.lowerBound, count: payload.count),
                to: &request, in: &workspace)
            guard !rule.forwardsToken else { continue }
            // Candidates stand by location. All lines of a header go with its first token, so the time is linear in the lines.
            if case .header(let index) = candidate.place {
                if index == removed, !rule.writes(rule.headers[index].name) { continue }
                removed = index
            }
            remove(candidate.place, rule, from: &request, in: &workspace)
        }
        return .verified
    }

    private func status(
        of token: ByteSlice, _ rule: borrowing TokenRule, _ request: borrowing CheckRequest,
        in workspace: inout Workspace
    ) -> TokenStatus {
        let bytes = request.storage.span
        var assumedSignature: Bool?
        if let offline = request.offlineToken, offline.bytes.count == token.count,
            Bytes.equal(
                bytes, at: Int(offline.bytes.offset), bytes, at: Int(token.offset), count: Int(token.count))
        {
            assumedSignature = offline.hasValidSignature
        }
        let status = verify(
            bytes.extracting(token.range), against: rule.requirements, keys: keySets[rule.keySource],
            assumedSignature: assumedSignature, now: now, maximumBytes: maximumTokenBytes, in: &workspace.token)
        if status == .keyUnknown { workspace.noteSourceWithoutKey(rule.keySource) }
        return status
    }
}
