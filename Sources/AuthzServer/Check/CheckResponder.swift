import AuthzCore
import AuthzEngine

/// Answers the check listener: one decision for each request, or for each document of a batch.
///
/// It decides nothing itself: it turns what arrived into ``CheckRequest``s and decisions into answers. Whatever is not an
/// allow of the engine is an answer other than 200.
package struct CheckResponder: RequestResponder {
    private let store: SnapshotStore
    private let settings: CheckSettings
    private let clock: @Sendable () -> Int64
    private let log: DecisionLog?

    /// - Parameters:
    ///   - clock: Seconds since 1970.
    ///   - log: Told of every decision; `nil` for none.
    package init(
        store: SnapshotStore, settings: CheckSettings, clock: @escaping @Sendable () -> Int64, log: DecisionLog?
    ) {
        self.store = store
        self.settings = settings
        self.clock = clock
        self.log = log
    }

    package func makeLoopState() -> sending CheckLoopState { CheckLoopState() }

    package func respond(to intake: inout RequestIntake, in loop: inout CheckLoopState, with answer: inout Answer) {
        let snapshot = store.current
        switch CheckTarget(of: &intake.request) {
        case .check(let path):
            let workload = loop.workload(of: intake.request, named: nil, settings: settings, in: snapshot)
            check(&intake, path, for: workload, in: snapshot, &loop, with: &answer)
        case .workload(let name, let path):
            let workload = loop.workload(of: intake.request, named: name, settings: settings, in: snapshot)
            check(&intake, path, for: workload, in: snapshot, &loop, with: &answer)
        case .forwardAuth(let preset, let name) where settings.forwardAuth.contains(preset):
            let endpoint = ForwardAuthEndpoint(preset: preset, settings: settings, now: clock(), log: log)
            endpoint.respond(to: &intake, for: name, by: snapshot, in: &loop, with: &answer)
        case .documents:
            respond(toDocuments: intake, explains: false, by: snapshot, in: &loop, with: &answer)
        case .explanations where settings.explains:
            respond(toDocuments: intake, explains: true, by: snapshot, in: &loop, with: &answer)
        case .access(let target, let name) where settings.answersAccess:
            let endpoint = AccessEndpoint(settings: settings, now: clock(), log: log)
            endpoint.respond(to: target, intake, for: name, by: snapshot, in: &loop, with: &answer)
        case .access: answer.begin(status: 404, text: "not served here without --enable-authzen\n")
        case .explanations: answer.begin(status: 404, text: "not served here without --enable-explain\n")
        case .forwardAuth:
            answer.begin(status: 404, text: "not served here without --forward-auth\n")
        case .unknown:
            answer.begin(
                status: 404,
                text: "not found: /check/..., /workload/NAMESPACE/NAME/check/... and POST /v1/check are served here\n")
        }
    }

    private func respond(
        toDocuments intake: borrowing RequestIntake, explains: Bool, by snapshot: ServedSnapshot,
        in loop: inout CheckLoopState, with answer: inout Answer
    ) {
        guard intake.request.slice(intake.request.operation.method, equals: "POST") else {
            answer.begin(status: 405, text: "use POST for /v1/check and /v1/explain\n")
            _ = answer.addHeader("allow") { $0.append(contentsOf: "POST".utf8) }
            return
        }
        let endpoint = DocumentEndpoint(settings: settings, explains: explains, now: clock(), log: log)
        endpoint.respond(to: intake.body, by: snapshot, in: &loop, with: &answer)
    }

    /// A check of Envoy's HTTP service: the request is that of the client, but for the prefix of its path.
    private func check(
        _ intake: inout RequestIntake, _ path: ByteSlice, for workload: Workload?, in snapshot: ServedSnapshot,
        _ loop: inout CheckLoopState, with answer: inout Answer
    ) {
        intake.request.operation.path = path
        intake.request.hasMergedHeaders = true
        intake.request.needsNormalization = settings.normalizesEnvoyPaths
        intake.request.proxyHasAppendedPeer = true
        intake.request.dynamicMetadataIsKnown = false
        if intake.peer.isTrusted {
            PeerIdentity.apply(intake.identity, hasForwardedFor: intake.hasForwardedFor, to: &intake.request)
        } else {
            PeerIdentity.clear(&intake.request)
        }
        let decision = snapshot.decide(&intake.request, for: workload, now: clock(), in: &loop.workspace)
        CheckAnswer.write(decision, of: intake.request, for: workload, loop.workspace, to: &answer)
        log?.record(
            decision, of: intake.request, sentPath: path, for: workload, at: snapshot.point, in: loop.workspace)
    }
}
