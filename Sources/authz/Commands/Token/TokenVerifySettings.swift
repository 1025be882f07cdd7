/// What `authz token verify` is asked, resolved.
struct TokenVerifySettings: Sendable {
    enum Judge: Sendable {
        /// A file, `-` or a URL.
        case keySet(String)
        /// The JWT rules of these; those that reach one workload, or all.
        case policies(PolicySettings, workload: String?)
    }

    var against: Judge
    /// Seconds since 1970.
    var now: Int64
    /// What `iss` must be; `nil` for anything.
    var issuer: String?
    var audiences: [String] = []
    var isSignatureOnly = false
    var limits = TokenLimits()
    /// How a URL is fetched, and with policies whether their key sets are.
    var fetching = KeyFetchSettings()
}
