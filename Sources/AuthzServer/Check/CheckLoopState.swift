import AuthzCore
import AuthzEngine

/// The buffers of one event loop of the check listener.
package struct CheckLoopState {
    var workspace = Workspace()
    /// The request that a document or a gRPC message describes.
    var request = CheckRequest()
    var message = CheckMessage()
    var writer = JSONWriter()
    var workloads = WorkloadFinder()
    /// Of the call by which documents or evaluations came; `nil` where nobody logs it.
    var trace: TraceContext?

    var meter: CheckMeter

    /// How often a token was found among those that were verified before.
    package var rememberedTokens: Int { workspace.tokenCacheHits }

    init(meter: CheckMeter) {
        self.meter = meter
    }

    /// Counts and logs what cannot be read as a request, like a request that is denied for it.
    ///
    /// - Parameter snapshot: In force.
    mutating func noteUnreadable(
        by api: CheckAPI, from peer: Peer?, at snapshot: ServedSnapshot, in log: DecisionLog?
    ) {
        request.removeAll()
        // It also forgets what the request before left behind.
        let decision = snapshot.point.refuse(.requestInvalid, in: &workspace)
        meter.count(decision, by: api, at: snapshot, verifiedRule: workspace.verifiedRule)
        log?.record(
            decision, of: request, sentPath: .empty, from: peer, for: FoundWorkload(), by: api, at: snapshot.point,
            in: workspace)
    }
}
