/// What `authz test` is asked, resolved.
struct TestSettings: Sendable {
    /// Suites, and folders that hold some.
    var paths: [String]
    var policies: PolicySettings
    /// Only cases whose name, or whose suite's description, contains this are run.
    var filter: String?
    /// Whether the first case that does not pass is the last one run.
    var failsFast: Bool
}
