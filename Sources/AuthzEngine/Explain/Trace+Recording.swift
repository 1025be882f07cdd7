import AuthzCore
import AuthzPolicy
import AuthzToken

extension Trace {
    mutating func recordConnection(
        _ request: borrowing CheckRequest, for workload: Workload, in policySet: PolicySet, refusal: Decision?
    ) {
        if coverage != nil { return coverConnection(request, for: workload, isHTTP: request.transport == .http) }
        recordUnattached(workload, in: policySet)
        var layer = Layer(name: .connection, verdict: "accepted")
        let names = request.principals.map(request.text)
        let principal = names.isEmpty ? nil : "mutual TLS as `\(names.joined(separator: "`, `"))`"
        let peer = principal ?? (request.source.principal.isUnknown ? "an unknown peer" : "plaintext")
        switch workload.role {
        case .gateway, .waypoint:
            layer.notes.append("\(peer); PeerAuthentication does not apply to a \(workload.role.rawValue)")
        case .sidecar:
            let effective = workload.peerAuthentication
            if case .known(let port) = request.destination.port {
                layer.notes.append(
                    "\(peer) to port \(port), \(Self.text(effective.setting(forPort: port), workload, policySet))")
            } else if case .peerAuthentication(_, let port?) = refusal?.determining {
                layer.notes.append(
                    "\(peer) to an unknown port; port \(port) has \(Self.text(effective.setting(forPort: port), workload, policySet))"
                )
            } else {
                layer.notes.append(
                    "\(peer) to an unknown port, \(Self.text(effective.workload, workload, policySet))"
                        + (effective.ports.isEmpty ? "" : "; some ports have modes of their own"))
            }
        }
        switch refusal?.reason {
        case .plaintextNotPermitted: layer.verdict = "refused: plaintext is not permitted"
        case .mtlsNotAccepted: layer.verdict = "refused: the port does not take mutual TLS"
        case .trustDomainNotAccepted:
            layer.verdict = "refused: the peer's trust domain is not accepted"
            layer.notes.append(
                "accepted are \(Self.list(policySet.mesh.trustDomains + policySet.mesh.acceptedTrustDomains))"
            )
        default: break
        }
        layers.append(layer)
        if tellsRequestSlips { requestSlips = RequestSlip.sentences(of: request, for: workload, in: policySet) }
        if refusal != nil { tellRequestSlips() }
    }

    /// Puts what of the request is probably a slip beside its connection, as where it is denied.
    mutating func tellRequestSlips() {
        guard let index = layers.firstIndex(where: { $0.name == .connection }) else { return }
        layers[index].notes += requestSlips.map { "perhaps a slip of the request: \($0)" }
        requestSlips.removeAll()
    }

    private static func text(
        _ setting: EffectivePeerAuthentication.Setting, _ workload: Workload, _ policySet: PolicySet
    ) -> String {
        let isTaken = workload.enforcer == .ztunnel && setting.mode == .disable
        let mode = "mode \(setting.mode.rawValue)" + (isTaken ? ", which ztunnel takes for PERMISSIVE," : "")
        guard let policy = setting.policy else { return "\(mode) (Istio's default)" }
        let compiled = policySet.peerAuthentications[policy]
        return "\(mode) by \(compiled.reference.qualifiedName) (\(compiled.location(ofModeAt: setting.port)))"
    }

    private mutating func recordUnattached(_ workload: Workload, in policySet: PolicySet) {
        let builder = WorkloadBuilder(policySet)
        let description = workload.description
        let outcomes =
            policySet.authorizationPolicies.map {
                ($0.reference, $0.attachment.labels, builder.attachment(of: $0, to: description))
            }
            + policySet.requestAuthentications.map {
                ($0.reference, $0.attachment.labels, builder.attachment(of: $0, to: description))
            }
            + policySet.peerAuthentications.map {
                ($0.reference, $0.policy.matchLabels, builder.attachment(of: $0, to: description))
            }
        let kinds = Dictionary(grouping: outcomes.map(\.0), by: \.qualifiedName).mapValues { Set($0.map(\.kind)) }
        var misplaced: Set<PolicyReference> = []
        for (reference, labels, outcome) in outcomes {
            guard var why = outcome.reason(policyNamespace: reference.namespace, at: workload) else { continue }
            why += Self.gatewayRemark(outcome, labels, workload) ?? ""
            if outcome == .otherNamespace {
                let isMisplaced = policySet.isMisplaced(reference, labels, for: workload)
                // A mesh has them in all its namespaces.
                guard isMisplaced || reference.kind != .peerAuthentication else { continue }
                if isMisplaced {
                    why +=
                        labels.isEmpty
                        ? ", and no workload is there: is `\(description.namespace)` meant?"
                        : ", and its selector fits no workload there, but this one"
                    misplaced.insert(reference)
                }
            }
            let isAmbiguous = kinds[reference.qualifiedName].map { $0.count > 1 } ?? false
            unattached.append(UnattachedPolicy(policy: reference, why: why, isAmbiguous: isAmbiguous))
        }
        // Of many, only the first ones are shown.
        let rank = { (policy: PolicyReference) in (misplaced.contains(policy) ? 0 : 1, policy.location) }
        unattached.sort { rank($0.policy) < rank($1.policy) }
    }

    mutating func recordRequest(
        _ request: borrowing CheckRequest, sent: ByteSlice, mode: MeshSettings.PathNormalization, refusal: Decision?
    ) {
        guard coverage == nil else { return }
        var layer = Layer(name: .request, verdict: "read")
        let path = request.text(request.operation.path)
        let sentPath = request.text(sent)
        if let refusal {
            layer.verdict = "refused: status \(refusal.status), before any policy"
            let (method, host) = (request.text(request.operation.method), request.text(request.operation.host))
            let slips = RequestSlip.sentences(method: method, path: sentPath, host: host)
            // Else the path would seem to be at fault.
            if slips != [RequestSlip.hostSentence(host)] {
                layer.notes.append("`\(method) \(sentPath)` cannot be read or normalized (mode \(mode.rawValue))")
            }
            layer.notes += slips
        } else if path != sentPath {
            layer.notes.append("path `\(sentPath)` is normalized to `\(path)` (mode \(mode.rawValue))")
        }
        layers.append(layer)
    }

    mutating func recordMissingRoute() {
        guard coverage == nil else { return }
        layers.append(
            Layer(
                name: .request, verdict: "refused: status 404, no route takes CONNECT or an empty `x-forwarded-proto`"))
    }

    /// Says so in the last layer.
    mutating func recordUnwritableHeader(_ name: String) {
        guard let last = layers.indices.last else { return }
        layers[last].notes.append(
            "the header \(name.quoted) would hold a control character of a claim, so the request cannot be passed on")
    }

    // MARK: Tokens

    mutating func recordPreflight() {
        guard coverage == nil else { return }
        layers.append(Layer(name: .token, verdict: "not looked at: a CORS preflight"))
    }

    mutating func recordTokenRule(_ rule: Int, _ outcome: Authenticator.RuleOutcome, run: Int) {
        guard coverage == nil else { return }
        if layers.last?.name != .token { layers.append(Layer(name: .token, verdict: "")) }
        guard run == 1 || outcome != .missing else { return }
        tokenSteps.append(TokenStep(rule: rule, outcome: outcome, run: run))
    }

    mutating func recordAuthentication(
        _ authenticator: Authenticator, _ request: borrowing CheckRequest, _ workspace: borrowing Workspace,
        refusal: Decision?
    ) {
        guard coverage == nil else {
            guard refusal == nil, let rule = workspace.verifiedRule else { return }
            return coverToken(rule, authenticator.policySet, workspace)
        }
        guard let index = layers.lastIndex(where: { $0.name == .token }) else { return }
        var layer = layers[index]
        var triedKeys = false
        for step in tokenSteps {
            let rule = authenticator.policySet.tokenRules[step.rule]
            let issuer = rule.issuer.isEmpty ? "any issuer" : "issuer `\(rule.issuer)`"
            let rerun = step.run == 2 ? ", second run" : ""
            layer.notes.append("\(issuer) (\(rule.location))\(rerun): \(text(step.outcome, rule))")
            guard step.run == 1, case .failed(let status) = step.outcome else { continue }
            let keys = authenticator.keySets[rule.keySource]
            if let note = Self.keyNote(status, authenticator.policySet.keySources[rule.keySource], keys) {
                layer.notes.append(note)
                triedKeys = true
            }
        }
        let issuers = tokenSteps.map { authenticator.policySet.tokenRules[$0.rule].issuer }.uniqued()
        tokenSteps.removeAll()
        if let refusal {
            layer.verdict = "refused: \(refusal.message)"
            if triedKeys, let note = Self.headerNote(workspace.token.header) { layer.notes.append(note) }
            layer.notes += Self.claimNotes(workspace.token.claims)
            let missing = refusal.reason == .tokenIssuerUnknown ? "iss" : "aud"
            if refusal.reason == .tokenIssuerUnknown || refusal.reason == .tokenAudienceMismatch {
                layer.notes += [RegisteredClaim.note(of: missing, in: workspace.token.claims)].compactMap(\.self)
            }
            if refusal.reason == .tokenExpired || refusal.reason == .tokenNotYetValid {
                layer.notes.append(
                    "judged at \(TimestampText.text(of: authenticator.now))\(clock.map { ", \($0)" } ?? "")")
            }
            if refusal.reason == .tokenIssuerUnknown {
                layer.notes += Self.issuerNotes(workspace.token.claims, issuers)
            }
            if refusal.reason == .tokenAudienceMismatch, case .tokenRule(let rule) = refusal.determining {
                layer.notes += Self.audienceNotes(workspace.token.claims, rule, authenticator.policySet)
            }
        } else if let principal = workspace.claims.principal {
            layer.verdict = "verified: `\(principal)`"
        } else if workspace.claims.isPresent {
            layer.verdict = "verified, but without `iss` or `sub` there is no request principal"
            layer.notes += ["iss", "sub"].compactMap { RegisteredClaim.note(of: $0, in: workspace.claims.tape) }
        } else {
            layer.verdict = "no token"
            let rules = authenticator.workload.tokenRules.map { authenticator.policySet.tokenRules[$0] }
            let strays = StrayToken.all(in: request)
            layer.notes += strays.map { $0.sentence(rules) }
            if strays.isEmpty, request.firstHeader("authorization") != nil {
                layer.notes.append("`authorization` is there, but no rule finds a token in it")
            }
        }
        layers[index] = layer
    }

    private func text(_ outcome: Authenticator.RuleOutcome, _ rule: TokenRule) -> String {
        switch outcome {
        case .verified: return "verified"
        case .missing:
            let places =
                rule.headers.map { header in
                    let name = String(decoding: header.name, as: UTF8.self)
                    return header.prefix.isEmpty
                        ? "header `\(name)`"
                        : "header `\(name)` after `\(String(decoding: header.prefix, as: UTF8.self))`"
                } + rule.params.map { "parameter `\(String(decoding: $0, as: UTF8.self))`" }
                + rule.cookies.map { "cookie `\(String(decoding: $0, as: UTF8.self))`" }
            return "no token in \(places.joined(separator: ", "))"
        case .failed(.keysUnavailable):
            let remedy = "give them with `--jwks URI=FILE`"
            return keyFailures[rule.keySource].map { "there are no keys, the fetch failed: \($0); \(remedy)" }
                ?? "there are no keys; \(remedy), or fetch them with `--fetch-jwks`"
        case .failed(let status): return status.text.description
        }
    }

    /// What the refused token says of itself. Offline that is no secret.
    private static func claimNotes(_ tape: JSONTape) -> [String] {
        guard !tape.isEmpty else { return [] }
        return ["iss", "sub", "aud", "nbf", "exp"].compactMap { name in
            guard let node = tape.member(Array(name.utf8).span, of: tape.root) else { return nil }
            var writer = JSONWriter()
            writer.value(tape, at: node)
            return "the token's `\(name)` is \(writer.text)\(time(name, tape, at: node))"
        }
    }

    /// The time that `exp` or `nbf` stands for.
    private static func time(_ name: String, _ tape: JSONTape, at node: Int) -> String {
        guard ["nbf", "exp"].contains(name), tape.kind(at: node) == .number,
            let seconds = Int64(exactly: tape.number(at: node).rounded(.down)), (0..<253_402_300_800).contains(seconds)
        else { return "" }
        return ", \(TimestampText.text(of: seconds))"
    }

    /// The issuers that the token's own differs from by a slip.
    private static func issuerNotes(_ tape: JSONTape, _ issuers: [String]) -> [String] {
        guard !tape.isEmpty, let node = tape.member("iss", of: tape.root), tape.kind(at: node) == .string else {
            return []
        }
        let seen = tape.string(at: node)
        return issuers.compactMap { slipNote($0, seen: seen) }
    }

    private static func slipNote(_ wanted: String, seen: String) -> String? {
        Slip.difference(wanted, seen: seen).map { "perhaps a slip: `\(seen)` is not `\(wanted)`: \($0)" }
    }

    /// The audiences that the rule wants, and those of the token that differ from one by a slip.
    private static func audienceNotes(_ tape: JSONTape, _ rule: Int, _ policySet: PolicySet) -> [String] {
        guard !tape.isEmpty else { return [] }
        let wanted = policySet.tokenRules[rule].audiences.sorted()
        let notes = ["the rule wants \(wanted.count == 1 ? "the audience" : "one of the audiences") \(list(wanted))"]
        let slip = AudienceSlip(TokenSummary.texts("aud", of: tape), rules: [rule], policySet, nil)
        return notes + [slip.map { "perhaps a slip: \($0.sentence)" }].compactMap(\.self)
    }

    static func list(_ values: [String]) -> String {
        values.map { "`\($0)`" }.joined(separator: ", ")
    }
}
