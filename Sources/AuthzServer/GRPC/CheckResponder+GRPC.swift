import AuthzCore
import AuthzEngine

extension CheckResponder {
    package func method(at path: Span<UInt8>) -> GRPCMethod? { GRPCMethod(path: path) }

    package func servesHTTP(at path: Span<UInt8>) -> Bool { CheckTarget.begins(path) }

    package func respond(
        to message: Span<UInt8>, of method: GRPCMethod, from peer: Peer, in loop: inout CheckLoopState,
        with reply: inout GRPCReply
    ) {
        switch method {
        case .check: check(message, from: peer, in: &loop, with: &reply)
        case .healthCheck, .healthWatch:
            HealthService(isServing: isServing()).respond(to: message, isWatch: method == .healthWatch, with: &reply)
        case .reflection, .reflectionAlpha: ReflectionService.respond(to: message, with: &reply)
        }
    }

    /// The attributes are those that the caller asks about, so they are taken as they stand, whoever it is: the answer goes to
    /// nobody else.
    private func check(
        _ message: Span<UInt8>, from peer: Peer, in loop: inout CheckLoopState, with reply: inout GRPCReply
    ) {
        loop.meter.begin()
        let snapshot = store.current
        do throws(WireError) {
            try loop.message.read(message)
            try loop.message.fill(&loop.request, from: message, normalizesPath: settings.normalizesEnvoyPaths)
        } catch {
            return deny(.requestInvalid, from: peer, by: snapshot, in: &loop, with: &reply)
        }
        let found = loop.workloads.find(for: loop.message, of: loop.request, in: snapshot)
        loop.message.applyPrincipal(to: &loop.request, for: found.workload)
        let path = loop.request.operation.path
        let decision = decide(
            &loop.request, for: found.workload, by: snapshot, in: &loop.workspace, answersHTTP: false)
        CheckReply.write(
            decision, of: loop.request, for: found.workload, loop.workspace,
            removesAliases: settings.removesHeaderAliases, to: &reply)
        loop.meter.count(decision, by: .grpc, at: snapshot, verifiedRule: loop.workspace.verifiedRule)
        log?.record(
            decision, of: loop.request, sentPath: path, from: peer, for: found, by: .grpc,
            at: snapshot.point, in: loop.workspace)
    }

    /// A check that cannot be read to its end is denied, too, and never an error: a client may have made it so, by the size of its
    /// request for one, and an Envoy that fails open would let that pass (SR-40).
    package func refuse(
        _ problem: CallProblem, of method: GRPCMethod, from peer: Peer, in loop: inout CheckLoopState,
        with reply: inout GRPCReply
    ) {
        guard method == .check else { return reply.fail(problem.status, problem.text) }
        loop.meter.begin()
        var refusal = Decision.requestInvalid
        refusal.status = problem.httpStatus
        deny(refusal, from: peer, by: store.current, in: &loop, with: &reply)
    }

    /// A message that cannot be read is denied like a request that cannot be: an error of the call might let it pass.
    private func deny(
        _ refusal: Decision, from peer: Peer, by snapshot: ServedSnapshot, in loop: inout CheckLoopState,
        with reply: inout GRPCReply
    ) {
        loop.request.removeAll()
        // It also forgets what the request before left behind.
        let decision = snapshot.point.refuse(refusal, in: &loop.workspace)
        CheckReply.write(decision, of: loop.request, for: nil, loop.workspace, to: &reply)
        loop.meter.count(decision, by: .grpc, at: snapshot, verifiedRule: loop.workspace.verifiedRule)
        log?.record(
            decision, of: loop.request, sentPath: .empty, from: peer, for: FoundWorkload(), by: .grpc,
            at: snapshot.point, in: loop.workspace)
    }
}
