import AuthzServer

/// Whether a command that decides offline asks for key sets over the network, resolved.
struct KeyFetchSettings: Sendable {
    /// Without it nothing is asked.
    var isOn = false
    var fetcher = DocumentFetcher()
}
