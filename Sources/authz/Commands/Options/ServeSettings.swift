import AuthzServer

/// How `authz serve` serves, resolved.
struct ServeSettings: Sendable {
    var policies: PolicySettings
    var server: ServerConfiguration
    /// The workload of requests that name none; `namespace/name`.
    var defaultWorkload: String?
    var fetcher: DocumentFetcher
    var keySchedule: KeySchedule
    /// Whether decisions are logged at the usual level, and not only under `-v`.
    var logsDecisions: Bool
    var isVerbose: Bool
    var isQuiet: Bool
}
