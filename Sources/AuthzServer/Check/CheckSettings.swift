/// How the check listener reads what it is sent.
package struct CheckSettings: Sendable {
    /// Whether the paths of Envoy's calls are normalized here: for an Envoy without `normalize_path`.
    package var normalizesEnvoyPaths = false
    /// Whether a request is let through where something inside fails. One that cannot be read is denied all the same.
    package var failsOpen = false
    package var maximumBatchCount = 1000

    package init() {}
}
