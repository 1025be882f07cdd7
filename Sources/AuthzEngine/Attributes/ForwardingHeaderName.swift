import AuthzCore

/// The headers in which proxies tell of a request that they forward, in lower case. With forward-auth a client's own may stand
/// beside the proxy's, so policies see none of them: the listener takes them out, and tests of them are unknown.
package enum ForwardingHeaderName {
    private static let prefixes: [StaticString] = ["x-forwarded-", "x-original-"]
    private static let names: [StaticString] = ["forwarded", "x-real-ip", "x-auth-request-redirect", "x-sent-from"]

    /// Whether the name is one of them.
    package static func contains(_ name: Span<UInt8>) -> Bool {
        for prefix in prefixes where name.hasPrefix(prefix) { return true }
        for known in names where name.isEqual(to: known) { return true }
        return false
    }
}
