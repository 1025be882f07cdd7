/// What `authz explain` is asked, resolved.
struct ExplainSettings: Sendable {
    /// A file, or `-` for standard input.
    var requestPath: String
    var policies: PolicySettings
    /// Whether a denial ends the command with status 1.
    var failsOnDenial: Bool
}
