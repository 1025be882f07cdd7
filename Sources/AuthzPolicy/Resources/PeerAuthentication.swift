package import AuthzCore

/// A PeerAuthentication as written (security.istio.io `v1` and `v1beta1`), after the checks of admission.
package struct PeerAuthentication: Sendable {
    package enum Mode: String, Sendable, CaseIterable {
        case disable = "DISABLE"
        case permissive = "PERMISSIVE"
        case strict = "STRICT"
    }

    package var metadata: ResourceMetadata
    /// Empty: the policy of the namespace, or of the mesh in the root namespace.
    package var matchLabels: [String: String]
    /// Where the labels are written.
    package var attachmentPlaces: [String: SourceLocation] = [:]
    /// `nil` where it is absent or `UNSET`: inherited.
    package var mode: Located<Mode>?
    /// Modes by workload port; `nil` inherits.
    package var portModes: [UInt16: Mode?]
    /// Where the modes of ports are written.
    package var portLocations: [UInt16: SourceLocation] = [:]

    package init(
        metadata: ResourceMetadata, matchLabels: [String: String] = [:], mode: Located<Mode>? = nil,
        portModes: [UInt16: Mode?] = [:]
    ) {
        self.metadata = metadata
        self.matchLabels = matchLabels
        self.mode = mode
        self.portModes = portModes
    }
}
