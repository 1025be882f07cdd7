package import AuthzCore
import AuthzPolicy

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

extension PolicyReference {
    init(_ kind: Kind, _ metadata: ResourceMetadata) {
        self.init(kind: kind, namespace: metadata.namespace, name: metadata.name, location: metadata.location)
    }
}

extension AuthorizationPolicy {
    var reference: PolicyReference { PolicyReference(.authorizationPolicy, metadata) }
}

extension RequestAuthentication {
    var reference: PolicyReference { PolicyReference(.requestAuthentication, metadata) }
}

extension PeerAuthentication {
    var reference: PolicyReference { PolicyReference(.peerAuthentication, metadata) }
}
