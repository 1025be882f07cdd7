/// The addresses of one family that share a prefix. Host bits of the written address are dropped.
package struct CIDRBlock: Sendable, Hashable {
    package let base: IPAddress
    /// 0 to 32 for IPv4, 0 to 128 for IPv6.
    package let prefixLength: Int

    /// Reads an address (then the block holds just it) or `address/length`, as Go's `netip` does: no leading zeros in the
    /// length, and a zone only in a single address, where it is dropped.
    ///
    /// - Returns: `nil` for any other text.
    package init?(parsing text: Span<UInt8>) {
        var slash: Int? = nil
        for index in text.indices where text[index] == UInt8(ascii: "/") { slash = index }
        guard let slash else {
            guard let address = IPAddress(parsing: text, allowsZone: true) else { return nil }
            self.init(address, prefixLength: address.family == .v4 ? 32 : 128)
            return
        }
        guard let address = IPAddress(parsing: text.extracting(0..<slash)) else { return nil }
        let digits = text.extracting(slash + 1..<text.count)
        guard digits.count > 0, digits.count <= 3, digits.count == 1 || digits[0] != UInt8(ascii: "0") else {
            return nil
        }
        var length = 0
        for index in digits.indices {
            guard digits[index] >= UInt8(ascii: "0"), digits[index] <= UInt8(ascii: "9") else { return nil }
            length = length * 10 + Int(digits[index] - UInt8(ascii: "0"))
        }
        guard length <= (address.family == .v4 ? 32 : 128) else { return nil }
        self.init(address, prefixLength: length)
    }

    private init(_ address: IPAddress, prefixLength: Int) {
        self.prefixLength = prefixLength
        switch address.family {
        case .v4:
            base = IPAddress(v4: UInt32(truncatingIfNeeded: address.low & (Self.mask(prefixLength) >> 32)))
        case .v6:
            base = IPAddress(
                high: address.high & Self.mask(prefixLength), low: address.low & Self.mask(prefixLength - 64))
        }
    }

    /// The first `bits` of 64 set; all of them above, none below.
    private static func mask(_ bits: Int) -> UInt64 {
        if bits <= 0 { 0 } else if bits >= 64 { .max } else { ~(.max >> UInt64(bits)) }
    }

    /// Whether the address is of the same family and shares the prefix.
    package func contains(_ address: IPAddress) -> Bool {
        guard address.family == base.family else { return false }
        if base.family == .v4 {
            return prefixLength == 0 || (address.low ^ base.low) >> UInt64(32 - prefixLength) == 0
        }
        return (address.high ^ base.high) & Self.mask(prefixLength) == 0
            && (address.low ^ base.low) & Self.mask(prefixLength - 64) == 0
    }
}

extension CIDRBlock: CustomStringConvertible {
    package var description: String { "\(base)/\(prefixLength)" }
}
