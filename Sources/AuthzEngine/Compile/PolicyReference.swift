package import AuthzCore

/// A resource by its kind and name, with the place where it is written.
package struct PolicyReference: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case authorizationPolicy = "AuthorizationPolicy"
        case requestAuthentication = "RequestAuthentication"
        case peerAuthentication = "PeerAuthentication"
    }

    package var kind: Kind
    package var namespace: String
    package var name: String
    package var location: SourceLocation

    /// `namespace/name`.
    package var qualifiedName: String { "\(namespace)/\(name)" }
}
