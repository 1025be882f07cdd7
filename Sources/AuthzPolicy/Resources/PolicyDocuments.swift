package import AuthzCore

/// Everything that was read from a set of policy inputs, in the order in which it was read.
package struct PolicyDocuments: Sendable {
    package var authorizationPolicies: [AuthorizationPolicy] = []
    package var requestAuthentications: [RequestAuthentication] = []
    package var peerAuthentications: [PeerAuthentication] = []
    /// `nil` where no input holds mesh settings.
    package var mesh: MeshSettings?
    package var inventory = Inventory()
    /// How many documents of other kinds were skipped, by kind.
    package var skippedKinds: [String: Int] = [:]
    /// The inputs, for the lines in diagnostics.
    package var sources = SourceTexts()

    package init() {}
}
