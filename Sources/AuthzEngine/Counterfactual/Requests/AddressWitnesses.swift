import AuthzCore

/// Addresses that tell some blocks apart: one for each region that their borders make.
struct AddressWitnesses: Sendable {
    private(set) var addresses: [IPAddress] = []

    init(_ blocks: [CIDRBlock]) {
        var edges: [IPAddress] = []
        for block in blocks {
            let (first, last) = (block.base, block.last)
            // The first host of a block reads better than its name.
            addresses.append(block.isSingle ? first : first.advanced(by: 1))
            addresses.append(last.advanced(by: 1))
            edges += [first, last, first.advanced(by: -1)]
        }
        addresses += [
            IPAddress(v4: 0xC633_6401), IPAddress(v4: 0x0A00_0001), IPAddress(high: 0x2001_0db8_0000_0000, low: 1),
        ]
        addresses += edges
        // The ends of all there is.
        addresses += [
            IPAddress(v4: 0), IPAddress(v4: .max), IPAddress(high: 0, low: 0), IPAddress(high: .max, low: .max),
        ]
        var seen: Set<IPAddress> = []
        addresses = addresses.filter { seen.insert($0).inserted }
    }
}

extension CIDRBlock {
    fileprivate var isSingle: Bool { prefixLength == (base.family == .v4 ? 32 : 128) }

    /// The last address of the block.
    fileprivate var last: IPAddress {
        if base.family == .v4 {
            let host = prefixLength >= 32 ? 0 : UInt32.max >> UInt32(prefixLength)
            return IPAddress(v4: UInt32(truncatingIfNeeded: base.low) | host)
        }
        let high = prefixLength >= 64 ? 0 : UInt64.max >> UInt64(prefixLength)
        let low = prefixLength <= 64 ? UInt64.max : prefixLength >= 128 ? 0 : UInt64.max >> UInt64(prefixLength - 64)
        return IPAddress(high: base.high | high, low: base.low | low)
    }
}

extension IPAddress {
    /// The next address, or the one before; it wraps around.
    fileprivate func advanced(by step: Int) -> IPAddress {
        let amount = UInt64(bitPattern: Int64(step))
        if family == .v4 { return IPAddress(v4: UInt32(truncatingIfNeeded: low &+ amount)) }
        let sum = low &+ amount
        let carry: UInt64 = step > 0 ? (sum < low ? 1 : 0) : (sum > low ? .max : 0)
        return IPAddress(high: high &+ carry, low: sum)
    }
}
