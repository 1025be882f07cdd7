/// How often keys are fetched, and how long they count.
package struct KeySchedule: Sendable, Hashable {
    /// Between a good fetch whose answer does not say how long it is fresh and the next.
    package var refreshInterval: Duration = .seconds(300)
    /// The least that an answer can make of that (`no-cache`, `no-store`, a small `max-age`): no issuer can ask to be asked
    /// all the time.
    package var minimumInterval: Duration = .seconds(60)
    /// The most that an answer can make of it: no issuer can put off when a removed key is noticed.
    package var maximumInterval: Duration = .seconds(3600)
    /// After the first failed fetch in a row; doubled with each further one.
    package var firstRetry: Duration = .milliseconds(500)
    package var longestRetry: Duration = .seconds(60)
    /// From the begin of any fetch to the begin of one that is made because a token named a key that the set lacks.
    ///
    /// Tokens cost their senders nothing, so this alone bounds the fetches that strangers can cause (SR-28).
    package var minimumRefetch: Duration = .seconds(30)
    /// How long keys count after they were last confirmed. 24 h: an issuer may be away for a night, but a key whose removal
    /// nobody can learn of verifies for a day at most.
    package var maximumStale: Duration = .seconds(86_400)
    /// How often the source looks whether a key is wanted. Requests only leave a mark; nothing wakes for them.
    package var lookInterval: Duration = .milliseconds(200)

    package init() {}

    /// From a good fetch to the next, but for jitter.
    ///
    /// Never more than half of ``maximumStale``: keys that are refreshed well do not run out in between.
    ///
    /// - Parameter lifetime: How long the answer says that it is fresh; `nil` where it does not.
    package func interval(lifetime: Duration?) -> Duration {
        let wanted = lifetime.map { max(minimumInterval, min($0, maximumInterval)) } ?? refreshInterval
        return min(wanted, maximumStale / 2)
    }
}
