package import AuthzEngine

/// What one event loop counts of its decisions. Counting allocates nothing and waits for nobody.
package struct CheckMeter: Sendable {
    private let counters: Counters
    private let loop: Int

    init(counters: Counters, loop: Int) {
        self.counters = counters
        self.loop = loop
    }

    /// Counts one decision; every interface calls it once for each.
    ///
    /// - Parameters:
    ///   - start: When work on the decision began, by ``MonotonicClock``.
    ///   - workspace: Of that decision.
    package func count(
        _ decision: Decision, by api: CheckAPI, at snapshot: ServedSnapshot, _ workspace: borrowing Workspace,
        since start: Int64
    ) {
        let reason = decision.reason.place
        counters.add(to: CheckMetrics.place(of: decision.outcome, reason: reason, api: api), loop: loop)
        let duration = max(MonotonicClock.now() - start, 0)
        counters.add(to: CheckMetrics.place(ofBucket: DurationBuckets.index(of: duration), api: api), loop: loop)
        counters.add(Int(duration), to: CheckMetrics.placeOfSum(api: api), loop: loop)
        if let result = decision.dryRunDenyResult { snapshot.counters.count(result, loop: loop) }
        if let result = decision.dryRunAllowResult { snapshot.counters.count(result, loop: loop) }
        if let result = decision.tokenResult(in: workspace) {
            snapshot.counters.count(result, reason: reason, loop: loop)
        }
    }
}
