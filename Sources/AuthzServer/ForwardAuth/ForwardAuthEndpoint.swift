import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Answers a proxy that asks by forward-auth: reads the request it tells of, has it decided, and answers in its terms.
struct ForwardAuthEndpoint {
    let preset: ForwardAuthPreset
    let settings: CheckSettings
    /// Seconds since 1970.
    let now: Int64
    let log: DecisionLog?

    /// - Parameters:
    ///   - name: The workload that the target of the proxy's request names; `nil`: none.
    func respond(
        to intake: inout RequestIntake, for name: ByteSlice?, by snapshot: ServedSnapshot,
        in loop: inout CheckLoopState, with answer: inout Answer
    ) {
        var workload: Workload?
        let decision: Decision
        let refusal = refusal(of: &intake, snapshot)
        let sentPath = intake.request.operation.path
        if let refusal {
            decision = snapshot.point.refuse(refusal, in: &loop.workspace)
        } else {
            workload = loop.workload(of: intake.request, named: name, settings: settings, in: snapshot)
            var trace: Trace?
            decision = snapshot.point.decide(
                &intake.request, for: workload, now: now, in: &loop.workspace, trace: &trace)
        }
        let id = DecisionID.next()
        ForwardAuthAnswer(preset: preset, decisionID: id, tellsReason: settings.tellsReason).write(
            decision, of: intake.request, for: workload, loop.workspace, to: &answer)
        log?.record(
            decision, of: intake.request, sentPath: sentPath, for: workload, at: snapshot.point,
            in: loop.workspace, decisionID: id)
    }

    /// Reads the request that the proxy tells of; why there is none otherwise.
    private func refusal(of intake: inout RequestIntake, _ snapshot: ServedSnapshot) -> Decision? {
        guard intake.peer.isTrusted else { return .untrustedProxy }
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
