import AuthzCore
import AuthzPolicy

/// A suite that was run: its cases that passed, and what they were decided by.
struct SuiteRun {
    var policies: OfflinePolicies
    var cases: [SuiteCase]
    /// Where the suite begins.
    var location: SourceLocation
}
