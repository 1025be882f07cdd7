/// The life of one fetched key set: when to ask for it, what an answer changes, and when its keys no longer count.
///
/// A value on a clock that is passed in; it does no I/O. Its owner performs the action that each event returns and reports
/// back. At most one fetch is under way at a time, whatever it was made for. Good keys are kept through failures until they are
/// too old.
package struct KeySourceState: Sendable {
    /// What the owner is to do.
    package enum Action: Sendable, Hashable {
        /// Ask the source now, and report ``succeeded(at:lifetime:jitter:)`` or ``failed(at:jitter:)``; meanwhile, mind ``end``.
        case fetch
        /// The keys held have not been confirmed for too long: they must verify nothing any more. Then ask again what to do.
        case dropKeys
        /// Call ``tick(at:)`` again at this time.
        case wait(until: ContinuousClock.Instant)
    }

    private enum Phase: Sendable {
        case waiting(until: ContinuousClock.Instant)
        case fetching
    }

    package let schedule: KeySchedule
    private var phase: Phase
    /// When the last fetch began.
    private var lastStart: ContinuousClock.Instant?
    /// Whether a fetch has ended, well or not.
    package private(set) var hasBeenTried = false
    /// When the keys held were last fetched or confirmed; `nil` while there are none.
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

    /// From when on a wanted key would bring the next fetch forward; `nil` where none would.
    package var earliestRefetch: ContinuousClock.Instant? {
        guard case .waiting(let due) = phase, failuresInARow == 0, let lastStart else { return nil }
        let earliest = lastStart.advanced(by: schedule.minimumRefetch)
        return earliest < due ? earliest : nil
    }

    /// When the keys held are too old; `nil` while there are none.
    package var end: ContinuousClock.Instant? { lastSuccess?.advanced(by: schedule.maximumStale) }

    /// Time has passed. While a fetch is under way, there is nothing to do until it is reported, or the keys held end: `nil`.
    package mutating func tick(at now: ContinuousClock.Instant) -> Action? {
        if let end, now >= end {
            lastSuccess = nil
            return .dropKeys
        }
        guard case .waiting(let due) = phase else { return nil }
        guard now >= due else { return .wait(until: min(due, end ?? due)) }
        phase = .fetching
        lastStart = now
        return .fetch
    }

    /// A token named a key that the set lacks: the next fetch comes as early as ``KeySchedule/minimumRefetch`` permits.
    ///
    /// It changes nothing while a fetch is under way, nor after one that failed: then the source is being asked already, and
    /// no token makes that more often.
    package mutating func keyWanted(at now: ContinuousClock.Instant) {
        guard let earliestRefetch else { return }
        phase = .waiting(until: max(now, earliestRefetch))
    }

    /// The fetch brought keys, which replace those held, or confirmed them.
    ///
    /// - Parameters:
    ///   - lifetime: How long the answer says that it is fresh; `nil` where it does not.
    ///   - jitter: From -1 to 1, uniformly: keeps many servers from asking at once.
    package mutating func succeeded(
        at now: ContinuousClock.Instant, lifetime: Duration? = nil, jitter: Double
    ) -> Action {
        hasBeenTried = true
        lastSuccess = now
        failuresInARow = 0
        return wait(from: now, for: schedule.interval(lifetime: lifetime), spread: 0.1, jitter: jitter)
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
        return .wait(until: min(due, end ?? due))
    }
}
