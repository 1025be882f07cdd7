package import AuthzEngine

/// What one event loop counts of its decisions. Counting allocates nothing and waits for nobody.
package struct CheckMeter: Sendable {
    private let counters: Counters
    private let loop: Int
    /// When work on the next decision began, by ``MonotonicClock``.
    private var start: Int64 = 0

    init(counters: Counters, loop: Int) {
        self.counters = counters
        self.loop = loop
    }

    /// A request is complete.
    package mutating func begin() {
        start = MonotonicClock.now()
    }

    /// Counts one decision; every interface calls it once for each. Its time is that since the request was complete, or since the
    /// decision before in a batch.
    ///
    /// - Parameter verifiedRule: ``Workspace/verifiedRule`` of that decision.
    package mutating func count(
        _ decision: Decision, by api: CheckAPI, at snapshot: ServedSnapshot, verifiedRule: Int?
    ) {
        let reason = decision.reason.place
        counters.add(to: CheckMetrics.place(of: decision.outcome, reason: reason, api: api), loop: loop)
        let now = MonotonicClock.now()
        let duration = max(now - start, 0)
        start = now
        counters.add(to: CheckMetrics.place(ofBucket: DurationBuckets.index(of: duration), api: api), loop: loop)
        counters.add(Int(duration), to: CheckMetrics.placeOfSum(api: api), loop: loop)
        if let result = decision.dryRunDenyResult { snapshot.counters.count(result, loop: loop) }
        if let result = decision.dryRunAllowResult { snapshot.counters.count(result, loop: loop) }
        if let result = decision.tokenResult(verifiedRule: verifiedRule) {
            snapshot.counters.count(result, reason: reason, loop: loop)
        }
    }
}
