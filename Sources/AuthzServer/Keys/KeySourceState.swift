/// The life of one fetched key set: when to ask for it, and what an answer changes.
///
/// A value on a clock that is passed in; it does no I/O. Its owner performs the action that each event returns and reports
/// back. At most one fetch is under way at a time. Good keys are kept through any number of failures.
package struct KeySourceState: Sendable {
    /// What the owner is to do.
    package enum Action: Sendable, Hashable {
        /// Ask the source now, then report ``succeeded(at:jitter:)`` or ``failed(at:jitter:)``.
        case fetch
        /// Call ``tick(at:)`` again at this time.
        case wait(until: ContinuousClock.Instant)
    }

    private enum Phase: Sendable {
        case waiting(until: ContinuousClock.Instant)
        case fetching
    }

    package let schedule: KeySchedule
    private var phase: Phase
    /// Whether a fetch has ended, well or not.
    package private(set) var hasBeenTried = false
    /// When keys were last fetched; `nil` while there are none.
    package private(set) var lastSuccess: ContinuousClock.Instant?
    /// Failed fetches since the last good one.
    package private(set) var failuresInARow = 0

    /// A source whose first fetch is due at once.
    package init(schedule: KeySchedule, now: ContinuousClock.Instant) {
        self.schedule = schedule
        phase = .waiting(until: now)
    }

    /// When the next fetch is due; `nil` while one is under way.
    package var nextFetch: ContinuousClock.Instant? {
        if case .waiting(let due) = phase { due } else { nil }
    }

    /// Time has passed. While a fetch is under way, there is nothing to do until it is reported: `nil`.
    package mutating func tick(at now: ContinuousClock.Instant) -> Action? {
        guard case .waiting(let due) = phase else { return nil }
        guard now >= due else { return .wait(until: due) }
        phase = .fetching
        return .fetch
    }

    /// The fetch brought keys, which replace those held.
    ///
    /// - Parameter jitter: From -1 to 1, uniformly: keeps many servers from asking at once.
    package mutating func succeeded(at now: ContinuousClock.Instant, jitter: Double) -> Action {
        hasBeenTried = true
        lastSuccess = now
        failuresInARow = 0
        return wait(from: now, for: schedule.refreshInterval, spread: 0.1, jitter: jitter)
    }

    /// The fetch brought no keys: no answer, a wrong one, or an empty set. Keys held before stay.
    ///
    /// - Parameter jitter: From -1 to 1, uniformly.
    package mutating func failed(at now: ContinuousClock.Instant, jitter: Double) -> Action {
        hasBeenTried = true
        failuresInARow += 1
        let doublings = min(failuresInARow - 1, 16)
        let delay = min(schedule.firstRetry * (1 << doublings), schedule.longestRetry)
        return wait(from: now, for: delay, spread: 0.2, jitter: jitter)
    }

    private mutating func wait(
        from now: ContinuousClock.Instant, for delay: Duration, spread: Double, jitter: Double
    ) -> Action {
        let due = now.advanced(by: delay * (1 + spread * min(max(jitter, -1), 1)))
        phase = .waiting(until: due)
        return .wait(until: due)
    }
}
