import AuthzCore

/// The headers in which proxies tell of a request that they forward, in lower case. With forward-auth a client's own may stand
/// beside the proxy's, so policies see none of them: the listener takes them out, and tests of them are unknown.
package enum ForwardingHeaderName {
    private static let prefixes: [StaticString] = ["x-forwarded-", "x-original-"]
    private static let names: [StaticString] = ["forwarded", "x-real-ip", "x-auth-request-redirect", "x-sent-from"]

    /// Whether the name is one of them.
    package static func contains(_ name: Span<UInt8>) -> Bool {
        for prefix in prefixes where begins(name, with: prefix) { return true }
        for known in names where known.utf8CodeUnitCount == name.count && begins(name, with: known) { return true }
        return false
    }

    private static func begins(_ name: Span<UInt8>, with prefix: StaticString) -> Bool {
        guard name.count >= prefix.utf8CodeUnitCount else { return false }
        return prefix.withUTF8Buffer { bytes in
            for index in bytes.indices where name[index] != bytes[index] { return false }
            return true
        }
    }
}
