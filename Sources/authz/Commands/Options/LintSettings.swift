/// What `authz lint` is asked, resolved.
struct LintSettings: Sendable {
    var policies: PolicySettings
    var format = ReportFormat.text
    /// Where GitHub takes a summary of a job; `nil` elsewhere.
    var summaryPath: String?
    var failLevel = FailLevel.warning
}
