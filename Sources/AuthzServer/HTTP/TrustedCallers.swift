package import AuthzCore

/// Whose identity headers count. Nobody's by default.
package struct TrustedCallers: Sendable, Hashable {
    /// Those that connect from these addresses.
    package var proxies: [CIDRBlock] = []
    /// Whether all that can open the Unix socket of the listener.
    package var includesUnixSocket = false
    /// The names of which a client certificate must have one to count: SPIFFE IDs, or DNS names. Empty: any that the listener
    /// has verified.
    package var certificateNames: Set<String> = []

    package init() {}

    /// Whether it is one of them that is connected.
    ///
    /// - Parameters:
    ///   - address: Not an IPv4 address in the form of IPv6.
    ///   - certificate: One that the listener has verified.
    package func include(address: IPAddress?, isUnixSocket: Bool, certificate: ClientCertificate?) -> Bool {
        if let certificate, certificateNames.isEmpty || certificate.hasName(among: certificateNames) { return true }
        if isUnixSocket { return includesUnixSocket }
        guard let address else { return false }
        return proxies.contains { $0.contains(address) }
    }
}
