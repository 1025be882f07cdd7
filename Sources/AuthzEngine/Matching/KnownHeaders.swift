import AuthzCore

/// The request headers that a proxy treats in a way of their own before policies see them.
enum KnownHeaders {
    /// Those that Envoy keeps in slots: repeated lines are joined with `,` when a request is read, so they always look like
    /// one line (AuthorizationPolicy dossier 7.4).
    private static let joined: [StaticString] = [
        "accept", "accept-encoding", "access-control-request-headers", "access-control-request-method", "authorization",
        "cache-control", "content-type", "expect", "grpc-timeout", "if-match", "if-none-match", "origin", "pragma", "referer",
        "user-agent", "via", "x-client-trace-id", "x-envoy-external-address", "x-envoy-original-path", "x-forwarded-for",
        "x-forwarded-host", "x-forwarded-proto", "x-request-id",
    ]

    /// How many of them there are.
    static let joinedCount = 23

    /// Those that the connection manager takes away (the same section).
    private static let removed: [StaticString] = [
        "connection", "keep-alive", "proxy-connection", "upgrade", "x-envoy-internal", "x-envoy-max-retries",
        "x-envoy-retry-on",
    ]

    /// The number of a header whose repeated lines are one value; `nil` for others. The name is in lower case.
    static func joinedIndex(_ name: ByteSlice, in request: borrowing CheckRequest) -> Int? {
        for (index, other) in joined.enumerated() where request.slice(name, equals: other) { return index }
        return nil
    }

    /// Whether the policies never see this header.
    static func isRemoved(_ name: ByteSlice, in request: borrowing CheckRequest) -> Bool {
        for other in removed where request.slice(name, equals: other) { return true }
        return false
    }
}
