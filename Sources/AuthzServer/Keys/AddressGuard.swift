package import AuthzCore

/// Which addresses a fetch of keys must not connect to.
///
/// A `jwksUri` is written by whoever may write policies, so it must not reach what only the host may: link-local addresses,
/// which include the metadata services of clouds, and the metadata addresses outside that range.
package struct AddressGuard: Sendable {
    /// Refused, whatever name or redirect led to them.
    package var blocked: [CIDRBlock]

    package init(blocked: [CIDRBlock]) {
        self.blocked = blocked
    }

    /// 169.254.0.0/16, fe80::/10, 100.100.100.200 and fd00:ec2::/32.
    package static let standard = AddressGuard(
        blocked: ["169.254.0.0/16", "fe80::/10", "100.100.100.200", "fd00:ec2::/32"].map { text in
            guard let block = CIDRBlock(parsing: Array(text.utf8).span) else { preconditionFailure(text) }
            return block
        })

    /// Whether a connection to the address is permitted.
    ///
    /// IPv4 inside IPv6 (mapped, compatible and the NAT64 prefix 64:ff9b::/96) counts as the IPv4 address it leads to.
    package func permits(_ address: IPAddress) -> Bool {
        if blocked.contains(where: { $0.contains(address) }) { return false }
        guard let inner = Self.embeddedIPv4(of: address) else { return true }
        return !blocked.contains { $0.contains(inner) }
    }

    private static func embeddedIPv4(of address: IPAddress) -> IPAddress? {
        guard address.family == .v6 else { return nil }
        let isMapped = address.high == 0 && address.low >> 32 == 0xffff
        let isCompatible = address.high == 0 && address.low >> 32 == 0 && address.low > 1
        let isNAT64 = address.high == 0x0064_ff9b_0000_0000 && address.low >> 32 == 0
        guard isMapped || isCompatible || isNAT64 else { return nil }
        return IPAddress(v4: UInt32(truncatingIfNeeded: address.low))
    }
}
