/// What is known about one fetched key set, for readiness, metrics and logs.
package struct KeySourceStatus: Sendable {
    package let location: KeyLocation
    /// Whether a fetch has ended, well or not.
    package var hasBeenTried = false
    /// Usable keys in force; `nil` before the first good fetch.
    package var keyCount: Int?
    package var lastSuccess: ContinuousClock.Instant?
    /// Of the last fetch; `nil` where that one was good.
    package var lastError: String?
    package var nextFetch: ContinuousClock.Instant?
    /// Fetches that ended so far, by result.
    package var successes = 0
    package var failures = 0

    package init(location: KeyLocation) {
        self.location = location
    }
}
