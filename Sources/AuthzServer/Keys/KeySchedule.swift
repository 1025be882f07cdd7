/// How often keys are fetched.
package struct KeySchedule: Sendable, Hashable {
    /// Between a good fetch and the next; each is up to a tenth earlier or later.
    package var refreshInterval: Duration = .seconds(300)
    /// After the first failed fetch in a row; doubled with each further one.
    package var firstRetry: Duration = .milliseconds(500)
    package var longestRetry: Duration = .seconds(60)

    package init() {}
}
