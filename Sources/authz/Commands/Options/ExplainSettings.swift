/// What `authz explain` is asked, resolved.
struct ExplainSettings: Sendable {
    /// Files, or `-` for standard input.
    var requestPaths: [String]
    var policies: PolicySettings
    /// Whether a denial ends the command with status 1.
    var failsOnDenial: Bool
    /// Whether the two requests are compared.
    var isDifference = false
    /// Whether the command that sends each request is printed.
    var showsCurl = false
    /// The file of the page; `nil` for none.
    var pagePath: String?
    /// Where patches are applied; `nil` is the folder that the command runs in.
    var folder: String?
}
