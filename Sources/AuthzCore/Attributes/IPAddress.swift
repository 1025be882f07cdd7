/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 text is an IPv6 address, as for Envoy.
@usableFromInline
package struct IPAddress: Sendable, Hashable {
    @usableFromInline
    package enum Family: UInt8, Sendable { case v4, v6 }

    @usableFromInline package let family: Family
    /// The first 64 bits; 0 for IPv4.
    @usableFromInline package let high: UInt64
    /// The last 64 bits; an IPv4 address is in the last 32.
    @usableFromInline package let low: UInt64

    package init(v4 bits: UInt32) {
        family = .v4
        high = 0
        low = UInt64(bits)
    }

    package init(high: UInt64, low: UInt64) {
        family = .v6
        self.high = high
        self.low = low
    }

    /// Reads dotted decimal IPv4 or RFC 4291 IPv6 text as Go's `netip` does: no leading zeros in IPv4 octets, no port, no
    /// brackets. A zone is refused, but for `allowsZone`, where it is dropped.
    ///
    /// - Returns: `nil` for any other text.
    package init?(parsing text: Span<UInt8>, allowsZone: Bool = false) {
        guard text.count > 0, text.count <= 64 else { return nil }
        // Most are IPv4, and no text is both: a colon ends the one and is part of any other.
        if let bits = Self.parseV4(text, from: 0) {
            self.init(v4: bits)
            return
        }
        for index in text.indices where text[index] == UInt8(ascii: ":") {
            guard let words = Self.parseV6(text, allowsZone: allowsZone) else { return nil }
            self.init(high: words.high, low: words.low)
            return
        }
        return nil
    }

    private static func parseV4(_ text: Span<UInt8>, from start: Int) -> UInt32? {
        var bits: UInt32 = 0
        var index = start
        for octet in 0..<4 {
            if octet > 0 {
                guard index < text.count, text[index] == UInt8(ascii: ".") else { return nil }
                index += 1
            }
            guard index < text.count, var value = digit(text[index]) else { return nil }
            index += 1
            // A zero stands alone.
            while value > 0, index < text.count, let next = digit(text[index]) {
                value = value * 10 + next
                guard value <= 255 else { return nil }
                index += 1
            }
            bits = bits << 8 | value
        }
        return index == text.count ? bits : nil
    }

    @inline(__always)
    private static func digit(_ byte: UInt8) -> UInt32? {
        let value = UInt32(byte) &- 0x30
        return value < 10 ? value : nil
    }

    private static func parseV6(_ text: Span<UInt8>, allowsZone: Bool) -> (high: UInt64, low: UInt64)? {
        var end = text.count
        for index in text.indices where text[index] == UInt8(ascii: "%") {
            guard allowsZone, index + 1 < text.count else { return nil }
            end = index
            break
        }
        var head: (high: UInt64, low: UInt64) = (0, 0)
        var groups = 0
        var compressedAt: Int? = nil
        var index = 0
        if end >= 2, text[0] == UInt8(ascii: ":") {
            guard text[1] == UInt8(ascii: ":") else { return nil }
            compressedAt = 0
            index = 2
        }
        func push(_ group: UInt64) {
            head.high = head.high << 16 | head.low >> 48
            head.low = head.low << 16 | group
            groups += 1
        }
        while index < end {
            guard groups < 8 else { return nil }
            var value: UInt64 = 0
            var digits = 0
            let groupStart = index
            while index < end, let digit = hexadecimalValue(text[index]) {
                value = value << 4 | UInt64(digit)
                digits += 1
                guard digits <= 4 else { return nil }
                index += 1
            }
            if index < end, text[index] == UInt8(ascii: ".") {
                guard groups <= 6, digits > 0, let v4 = parseV4(text.extracting(0..<end), from: groupStart) else {
                    return nil
                }
                push(UInt64(v4 >> 16))
                push(UInt64(v4 & 0xffff))
                index = end
                break
            }
            guard digits > 0 else { return nil }
            push(value)
            guard index < end else { break }
            guard text[index] == UInt8(ascii: ":") else { return nil }
            index += 1
            guard index < end else { return nil }
            if text[index] == UInt8(ascii: ":") {
                guard compressedAt == nil else { return nil }
                compressedAt = groups
                index += 1
            }
        }
        guard let compressedAt else { return groups == 8 ? head : nil }
        guard groups < 8 else { return nil }
        return Self.expand(head, groups: groups, compressedAt: compressedAt)
    }

    /// Moves the groups behind `::` to the end of the 128 bits.
    private static func expand(
        _ packed: (high: UInt64, low: UInt64), groups: Int, compressedAt: Int
    ) -> (high: UInt64, low: UInt64) {
        let tail = groups - compressedAt
        let headBits = shiftLeft(shiftRight(packed, by: 16 * tail), by: 16 * (8 - compressedAt))
        let tailBits = shiftRight(shiftLeft(packed, by: 16 * (8 - tail)), by: 16 * (8 - tail))
        return (headBits.high | tailBits.high, headBits.low | tailBits.low)
    }

    private static func shiftLeft(_ value: (high: UInt64, low: UInt64), by bits: Int) -> (high: UInt64, low: UInt64) {
        switch bits {
        case 0: value
        case 1..<64: (value.high << bits | value.low >> (64 - bits), value.low << bits)
        default: (value.low << (bits - 64), 0)
        }
    }

    private static func shiftRight(_ value: (high: UInt64, low: UInt64), by bits: Int) -> (high: UInt64, low: UInt64) {
        switch bits {
        case 0: value
        case 1..<64: (value.high >> bits, value.low >> bits | value.high << (64 - bits))
        default: (0, value.high >> (bits - 64))
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or eight groups with the first longest run of zeros written `::` (RFC 5952 §4).
    @usableFromInline package var description: String {
        if family == .v4 {
            return "\(low >> 24 & 255).\(low >> 16 & 255).\(low >> 8 & 255).\(low & 255)"
        }
        let groups = (0..<8).map { index in
            (index < 4 ? high >> (48 - 16 * index) : low >> (48 - 16 * (index - 4))) & 0xffff
        }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        let texts = groups.map { String($0, radix: 16) }
        if best.isEmpty { return texts.joined(separator: ":") }
        return texts[..<best.lowerBound].joined(separator: ":") + "::"
            + texts[best.upperBound...].joined(separator: ":")
    }
}

/// The value of a hexadecimal digit of either case, or `nil`.
package func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
