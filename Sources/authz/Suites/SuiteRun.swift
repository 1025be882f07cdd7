import AuthzCore
import AuthzPolicy

/// A suite that was run: its cases that passed, and what they were decided by.
struct SuiteRun {
    var policies: OfflinePolicies
    var cases: [SuiteCase]
    /// Where the suite begins.
    var location: SourceLocation
    /// What the cases say that CUSTOM providers answer; `nil` where they leave it to the command line.
    var assumedCustomAnswer: Expectation.Outcome?
}
