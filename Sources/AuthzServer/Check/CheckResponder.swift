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
    private let metrics: CheckMetrics

    /// - Parameters:
    ///   - clock: Seconds since 1970.
    ///   - log: Told of every decision; `nil` for none.
    ///   - metrics: Count every decision; `nil` makes some that nobody reads.
    package init(
        store: SnapshotStore, settings: CheckSettings, clock: @escaping @Sendable () -> Int64, log: DecisionLog?,
        metrics: CheckMetrics? = nil
    ) {
        self.store = store
        self.settings = settings
        self.clock = clock
        self.log = log
        self.metrics = metrics ?? CheckMetrics(store: store)
    }

    package func makeLoopState() -> sending CheckLoopState { CheckLoopState(meter: metrics.makeMeter()) }

    package func respond(to intake: inout RequestIntake, in loop: inout CheckLoopState, with answer: inout Answer) {
        let start = MonotonicClock.now()
        let snapshot = store.current
        switch CheckTarget(of: &intake.request) {
        case .check(let path):
            check(&intake, path, for: snapshot.defaultWorkload, in: snapshot, since: start, &loop, with: &answer)
        case .workload(let name, let path):
            let workload = loop.workload(named: name, of: intake.request, in: snapshot.point.policySet)
            check(&intake, path, for: workload, in: snapshot, since: start, &loop, with: &answer)
        case .documents:
            guard intake.request.slice(intake.request.operation.method, equals: "POST") else {
                answer.begin(status: 405, text: "use POST for /v1/check\n")
                _ = answer.addHeader("allow") { $0.append(contentsOf: "POST".utf8) }
                return
            }
            let endpoint = DocumentEndpoint(settings: settings, now: clock(), log: log)
            endpoint.respond(to: intake.body, by: snapshot, in: &loop, with: &answer)
        case .unknown:
            answer.begin(
                status: 404,
                text: "not found: /check/..., /workload/NAMESPACE/NAME/check/... and POST /v1/check are served here\n")
        }
    }

    /// A check of Envoy's HTTP service: the request is that of the client, but for the prefix of its path.
    private func check(
        _ intake: inout RequestIntake, _ path: ByteSlice, for workload: Workload?, in snapshot: ServedSnapshot,
        since start: Int64, _ loop: inout CheckLoopState, with answer: inout Answer
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
        loop.meter.count(decision, by: .http, at: snapshot, loop.workspace, since: start)
        log?.record(
            decision, of: intake.request, sentPath: path, for: workload, by: .http, at: snapshot.point,
            in: loop.workspace)
    }
}
