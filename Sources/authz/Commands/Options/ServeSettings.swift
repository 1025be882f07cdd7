import AuthzCore
import AuthzServer

/// How `authz serve` serves, resolved.
struct ServeSettings: Sendable {
    var policies: PolicySettings
    var server: ServerConfiguration
    /// The workload of requests that name none; `namespace/name`.
    var defaultWorkload: Located<String>?
    var fetcher: DocumentFetcher
    var keySchedule: KeySchedule
    /// Whether decisions are logged at the usual level, and not only under `-v`.
    var logsDecisions: Bool
    /// Of the decisions that allow; those that deny are all logged.
    var decisionLogShare = 1.0
    var isVerbose: Bool
    var isQuiet: Bool
}
