/// What only Envoy's own check request (`envoy.service.auth.v3.CheckRequest`) tells of a request, beside a
/// ``RequestDocument``.
package struct ForwardedCheck: Sendable {
    /// Whether lines of one name reached us joined with `,`.
    package var hasMergedHeaders = true
    /// Whether the server name of the client hello is told, if only that there was none.
    package var tellsServerName = false
    /// Whether the address of the source is none of IP, as that of a Unix socket.
    package var sourceHasNoIP = false
    package var destinationHasNoIP = false
    /// Whether the client speaks HTTP/2 or HTTP/3, whose codecs take any method.
    package var isOverHTTP2 = false
    /// Dynamic metadata by namespace, with the fields that are a text or a list of texts.
    package var metadata: [String: [String: MetadataValue]] = [:]
    /// Whether it is the context extensions that name the workload, and not the labels of the destination.
    package var workloadIsInContext = false
    /// Whose certificate the destination shows. It tells the workload where one alone runs under this account.
    package var destinationAccount: ServiceAccountIdentity?

    package init() {}

    /// A field of dynamic metadata.
    package enum MetadataValue: Sendable, Hashable {
        case text(String)
        /// The texts among its elements.
        case list([String])
    }
}

/// The namespace and service account in `spiffe://<trust domain>/ns/<namespace>/sa/<service account>`.
package struct ServiceAccountIdentity: Sendable, Hashable {
    package var namespace: String
    package var serviceAccount: String

    /// `nil` for any other text: only a SPIFFE ID of this form tells them.
    package init?(_ principal: String) {
        guard principal.hasPrefix("spiffe://") else { return nil }
        let parts = principal.dropFirst("spiffe://".count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts.allSatisfy({ !$0.isEmpty }), parts[1] == "ns", parts[3] == "sa" else {
            return nil
        }
        namespace = String(parts[2])
        serviceAccount = String(parts[4])
    }
}
