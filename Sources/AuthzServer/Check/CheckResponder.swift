package import AuthzCore
import AuthzEngine

/// Answers the check listener: one decision for each request, or for each document of a batch.
///
/// It decides nothing itself: it turns what arrived into ``CheckRequest``s and decisions into answers. Whatever is not an
/// allow of the engine is an answer other than 200.
package struct CheckResponder: RequestResponder {
    let store: SnapshotStore
    let settings: CheckSettings
    let clock: @Sendable () -> Int64
    let log: DecisionLog?
    let metrics: CheckMetrics
    let isServing: @Sendable () -> Bool

    /// - Parameters:
    ///   - clock: Seconds since 1970.
    ///   - log: Told of every decision; `nil` for none.
    ///   - metrics: Count every decision; `nil` makes some that nobody reads.
    ///   - isServing: What `grpc.health.v1` says.
    package init(
        store: SnapshotStore, settings: CheckSettings, clock: @escaping @Sendable () -> Int64, log: DecisionLog?,
        metrics: CheckMetrics? = nil, isServing: @escaping @Sendable () -> Bool = { true }
    ) {
        self.store = store
        self.settings = settings
        self.clock = clock
        self.log = log
        self.metrics = metrics ?? CheckMetrics(store: store)
        self.isServing = isServing
    }

    package func makeLoopState() -> sending CheckLoopState { CheckLoopState(meter: metrics.makeMeter()) }

    package func readsBody(of request: borrowing CheckRequest) -> Bool { CheckTarget.readsBody(of: request) }

    package func respond(to intake: inout RequestIntake, in loop: inout CheckLoopState, with answer: inout Answer) {
        loop.meter.begin()
        let snapshot = store.current
        switch CheckTarget(of: &intake.request) {
        case .check(let path):
            readCheck(&intake, path)
            let found = loop.workloads.find(
                of: intake.request, in: snapshot, byHost: settings.findsWorkloadByHost)
            check(&intake, path, for: found, in: snapshot, &loop, with: &answer)
        case .workload(let name, let path):
            readCheck(&intake, path)
            let found = loop.workloads.find(named: name, of: intake.request, in: snapshot.point.policySet)
            check(&intake, path, for: found, in: snapshot, &loop, with: &answer)
        case .forwardAuth(let preset, let name) where settings.forwardAuth.contains(preset):
            let endpoint = ForwardAuthEndpoint(preset: preset, responder: self)
            endpoint.respond(to: &intake, for: name, by: snapshot, in: &loop, with: &answer)
        case .documents:
            respond(toDocuments: intake, explains: false, by: snapshot, in: &loop, with: &answer)
        case .explanations where settings.explains:
            respond(toDocuments: intake, explains: true, by: snapshot, in: &loop, with: &answer)
        case .access(let target, let name) where settings.answersAccess:
            loop.trace = log == nil ? nil : TraceContext(of: intake.request)
            let endpoint = AccessEndpoint(settings: settings, now: clock(), log: log, peer: intake.peer)
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

    package func refused(for problem: RequestProblem, from peer: Peer, in loop: inout CheckLoopState) {
        // What did not come in time asked for nothing.
        guard problem != .timedOut else { return }
        loop.meter.begin()
        loop.noteUnreadable(by: .http, from: peer, at: store.current, in: log)
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
        loop.trace = log == nil ? nil : TraceContext(of: intake.request)
        let endpoint = DocumentEndpoint(
            settings: settings, explains: explains, now: clock(), log: log, peer: intake.peer)
        endpoint.respond(to: intake.body, by: snapshot, in: &loop, with: &answer)
    }

    /// A check of Envoy's HTTP service: the request is that of the client, but for the prefix of its path.
    private func readCheck(_ intake: inout RequestIntake, _ path: ByteSlice) {
        intake.request.operation.path = path
        intake.request.operation.hasHost = intake.hasHost
        intake.request.hasMergedHeaders = true
        intake.request.needsNormalization = settings.normalizesEnvoyPaths
        intake.request.proxyHasAppendedPeer = true
        intake.request.dynamicMetadataIsKnown = false
        intake.removeHeadersOfConnection()
        if intake.peer.isTrusted {
            PeerIdentity.apply(intake.identity, hasForwardedFor: intake.hasForwardedFor, to: &intake.request)
        } else {
            PeerIdentity.clear(&intake.request)
        }
        // Of TLS without a client certificate a check says nothing.
        intake.request.operation.schemeIsKnown =
            intake.peer.isTrusted
            && (intake.request.source.principal.value != nil || ForwardedScheme.isTold(by: intake.request))
    }

    private func check(
        _ intake: inout RequestIntake, _ path: ByteSlice, for found: FoundWorkload, in snapshot: ServedSnapshot,
        _ loop: inout CheckLoopState, with answer: inout Answer
    ) {
        let decision =
            if intake.problem != nil {
                snapshot.point.refuse(.requestInvalid, in: &loop.workspace)
            } else if intake.repeatsIdentity {
                snapshot.point.refuse(.conflictingHeaders, in: &loop.workspace)
            } else {
                decide(&intake.request, for: found.workload, by: snapshot, in: &loop.workspace)
            }
        CheckAnswer.write(
            decision, of: intake.request, for: found.workload, loop.workspace,
            removesAliases: settings.removesHeaderAliases, to: &answer)
        loop.meter.count(decision, by: .http, at: snapshot, verifiedRule: loop.workspace.verifiedRule)
        log?.record(
            decision, of: intake.request, sentPath: path, from: intake.peer, for: found, by: .http,
            at: snapshot.point, in: loop.workspace)
    }

    /// - Parameter answersHTTP: Whether the headers for the upstream stand among those of the answer. Then none may be one that the
    ///   answer has for itself.
    func decide(
        _ request: inout CheckRequest, for workload: Workload?, by snapshot: ServedSnapshot,
        in workspace: inout Workspace, answersHTTP: Bool = true
    ) -> Decision {
        let decision = snapshot.decide(&request, for: workload, now: clock(), in: &workspace)
        guard answersHTTP, case .allow = decision.outcome else { return decision }
        for field in workspace.headersToSet where ReservedHeaders.include(request.storage[field.name.range]) {
            return .internalError
        }
        return decision
    }
}
