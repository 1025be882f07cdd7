import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Answers a proxy that asks by forward-auth: reads the request it tells of, has it decided, and answers in its terms.
struct ForwardAuthEndpoint {
    let preset: ForwardAuthPreset
    let responder: CheckResponder

    /// - Parameters:
    ///   - name: The workload that the target of the proxy's request names; `nil`: none.
    func respond(
        to intake: inout RequestIntake, for name: ByteSlice?, by snapshot: ServedSnapshot,
        in loop: inout CheckLoopState, with answer: inout Answer
    ) {
        var found = FoundWorkload()
        let decision: Decision
        let refusal = refusal(of: &intake, snapshot)
        let sentPath = intake.request.operation.path
        if let refusal {
            decision = snapshot.point.refuse(refusal, in: &loop.workspace)
        } else {
            found =
                if let name {
                    loop.workloads.find(named: name, of: intake.request, in: snapshot.point.policySet)
                } else {
                    loop.workloads.find(
                        of: intake.request, in: snapshot, byHost: responder.settings.findsWorkloadByHost)
                }
            decision = responder.decide(&intake.request, for: found.workload, by: snapshot, in: &loop.workspace)
        }
        loop.meter.count(decision, by: .forwardAuth, at: snapshot, verifiedRule: loop.workspace.verifiedRule)
        let id = DecisionID.next()
        ForwardAuthAnswer(preset: preset, decisionID: id, tellsReason: responder.settings.tellsReason).write(
            decision, of: intake.request, for: found.workload, loop.workspace, to: &answer)
        responder.log?.record(
            decision, of: intake.request, sentPath: sentPath, from: intake.peer, for: found,
            by: .forwardAuth, at: snapshot.point, in: loop.workspace, decisionID: id)
    }

    /// Reads the request that the proxy tells of; why there is none otherwise.
    private func refusal(of intake: inout RequestIntake, _ snapshot: ServedSnapshot) -> Decision? {
        guard intake.peer.isTrusted else { return .untrustedProxy }
        if intake.repeatsIdentity { return .conflictingHeaders }
        let forwarded = ForwardedRequest(
            preset, trustedProxyCount: snapshot.point.policySet.mesh.trustedProxyCount)
        do throws(ForwardedRequest.Problem) {
            try forwarded.read(&intake.request)
            return nil
        } catch {
            return switch error {
            case .invalid: .requestInvalid
            case .conflicting: .conflictingHeaders
            }
        }
    }
}
