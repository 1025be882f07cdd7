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

    /// 169.254.0.0/16, fe80::/10, 100.100.100.200, fd00:ec2::/32 and fd20:ce::254.
    package static let standard = AddressGuard(
        blocked: ["169.254.0.0/16", "fe80::/10", "100.100.100.200", "fd00:ec2::/32", "fd20:ce::254"].map { text in
            guard let block = CIDRBlock(parsing: Array(text.utf8).span) else { preconditionFailure(text) }
            return block
        })

    /// Whether a connection to the address is permitted.
    ///
    /// IPv4 inside IPv6 counts as the IPv4 address it leads to.
    package func permits(_ address: IPAddress) -> Bool {
        let addresses = [address] + Self.embeddedIPv4(of: address)
        return !addresses.contains { address in blocked.contains { $0.contains(address) } }
    }

    /// What an IPv6 address may lead to: more than one where the length of a translator's prefix cannot be seen.
    private static func embeddedIPv4(of address: IPAddress) -> [IPAddress] {
        guard address.family == .v6 else { return [] }
        let (high, low) = (address.high, address.low)
        let words: [UInt64] =
            switch (high, low >> 32) {
            // Compatible form, mapped form, and those of translators without state (RFC 4291 §2.5.5, RFC 2765 §2.1).
            case (0, 0) where low > 1, (0, 0xffff), (0, 0xffff_0000): [low]
            // NAT64 (RFC 6052 §2.1).
            case (0x0064_ff9b_0000_0000, 0): [low]
            // NAT64 of a network of its own (RFC 8215), whose prefix has 48, 56, 64 or 96 bits; bits 64 to 71 are left out of the
            // address (RFC 6052 §2.2).
            case (0x0064_ff9b_0001_0000...0x0064_ff9b_0001_ffff, _):
                [high << 16 | low >> 40 & 0xffff, high << 24 | low >> 32 & 0xff_ffff, low >> 24, low]
            // 6to4 (RFC 3056 §2).
            case (0x2002_0000_0000_0000...0x2002_ffff_ffff_ffff, _): [high >> 16]
            default: []
            }
        return words.map { IPAddress(v4: UInt32(truncatingIfNeeded: $0)) }
    }
}
