import AuthzCore

/// What `authz test` is asked, resolved.
struct TestSettings: Sendable {
    /// Suites, and folders that hold some; none where they are looked for beside the policies.
    var paths: [String]
    var policies: PolicySettings
    var format = ReportFormat.text
    /// Where GitHub takes a summary of a job; `nil` elsewhere.
    var summaryPath: String?
    /// Only cases whose name, or whose suite's description, contains this are run.
    var filter: String?
    /// Whether the first case that does not pass is the last one run.
    var failsFast = false
    /// `nil` where coverage is not asked for.
    var coverage: CoverageSettings?
    /// Whether the suites are run on mutants of the policies, too.
    var mutates = false
    /// Whether to run again whenever a file has changed.
    var watches = false
    /// The decision log to make a suite of, in the place of a run.
    var recordPath: String?

    /// The suites that there are, and what is wrong with paths to them.
    var suites: (files: [String], problems: [Diagnostic]) {
        paths.isEmpty ? SuiteFinder.find(beside: policies.paths) : SuiteFinder.find(paths)
    }
}
