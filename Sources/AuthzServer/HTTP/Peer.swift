package import AuthzCore

/// Who is connected to the listener: the enforcing proxy, or anybody.
package struct Peer: Sendable, Hashable {
    /// `nil` for a Unix socket.
    package var address: IPAddress?
    /// Whether the identity that its headers assert counts.
    package var isTrusted: Bool

    package init(address: IPAddress?, isTrusted: Bool) {
        self.address = address
        self.isTrusted = isTrusted
    }

    /// - Parameter trustedProxies: An IPv4 address that a dual-stack socket shows as IPv6 is compared as IPv4.
    package init(address: IPAddress?, trustedProxies: [CIDRBlock]) {
        let plain = address.map(Self.unmapped)
        self.init(
            address: plain,
            isTrusted: plain.map { address in trustedProxies.contains { $0.contains(address) } } ?? false)
    }

    private static func unmapped(_ address: IPAddress) -> IPAddress {
        guard address.family == .v6, address.high == 0, address.low >> 32 == 0xffff else { return address }
        return IPAddress(v4: UInt32(truncatingIfNeeded: address.low))
    }
}
