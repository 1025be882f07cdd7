package import AuthzCore

/// What every resource has: its name, its namespace, and when it was made.
package struct ResourceMetadata: Sendable {
    package var name: String
    /// `default` where none is written.
    package var namespace: String
    /// Where that is written; `nil` where it is not.
    package var namespaceLocation: SourceLocation?
    package var labels: [String: String]
    package var annotations: [String: String]
    /// Seconds since 1970; 0, the oldest, where none is written.
    package var creationTimestamp: Int64
    /// Where the document begins (its `kind` line is as good a place as any to point to).
    package var location: SourceLocation

    package init(
        name: String, namespace: String, labels: [String: String] = [:], annotations: [String: String] = [:],
        creationTimestamp: Int64 = 0, location: SourceLocation
    ) {
        self.name = name
        self.namespace = namespace
        self.labels = labels
        self.annotations = annotations
        self.creationTimestamp = creationTimestamp
        self.location = location
    }
}

/// Which workloads a policy reaches, apart from its namespace.
package enum Attachment: Sendable {
    /// Every workload in scope: no selector, or one without labels.
    case everything
    /// Workloads that carry all of these labels.
    case selector([String: String])
    /// The resources named by `targetRefs`, or by the one legacy `targetRef`.
    case targetRefs([TargetRef])
}

/// A resource that a policy is attached to. Its namespace is the policy's own.
package struct TargetRef: Sendable, Equatable {
    package enum Kind: Sendable, Equatable { case service, serviceEntry, gateway, gatewayClass }

    package var kind: Kind
    package var name: String

    package init(kind: Kind, name: String) {
        self.kind = kind
        self.name = name
    }
}
