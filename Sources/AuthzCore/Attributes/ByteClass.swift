/// Questions about all bytes of a run, answered eight or sixteen at a time. A *no* may mean that they have to be looked at one by
/// one: these are the cheap tests that nearly every request passes.
///
/// What is inlined here stood out in a profile of gRPC checks as calls.
@usableFromInline
package enum ByteClass {
    /// Whether all bytes are printable ASCII, blanks included: 0x20 to 0x7e.
    @inlinable
    package static func isPrintableASCII(_ bytes: Span<UInt8>, _ slice: ByteSlice) -> Bool {
        let range = slice.range
        precondition(range.upperBound <= bytes.count, "the slice is of other bytes")
        return unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return true }
            return unsafe isPrintableASCII(start + range.lowerBound, count: range.count)
        }
    }

    /// Whether all bytes are letters in lower case, digits or `-`, as in the names of nearly all headers.
    @inlinable
    package static func isLowercaseName(_ bytes: Span<UInt8>, _ slice: ByteSlice) -> Bool {
        let range = slice.range
        precondition(range.upperBound <= bytes.count, "the slice is of other bytes")
        return unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return true }
            return unsafe isLowercaseName(start + range.lowerBound, count: range.count)
        }
    }

    // MARK: Of memory

    @inlinable
    @inline(__always)
    @unsafe
    package static func isPrintableASCII(_ bytes: UnsafeRawPointer, count: Int) -> Bool {
        guard count < 16 else { return unsafe isLongPrintableASCII(bytes, count: count) }
        if count >= 8 {
            // The last eight overlap those before.
            return unsafe outsidePrintable(bytes.loadUnaligned(as: UInt64.self))
                | outsidePrintable(bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)) == 0
        }
        var outside: UInt64 = 0
        for index in 0..<count {
            outside |= outsidePrintable(unsafe UInt64(bytes.load(fromByteOffset: index, as: UInt8.self)) | filler)
        }
        return outside == 0
    }

    @usableFromInline
    @unsafe
    static func isLongPrintableASCII(_ bytes: UnsafeRawPointer, count: Int) -> Bool {
        // The last thirty-two overlap those before.
        var outside = SIMD16<UInt8>(repeating: 0)
        let last = count - 16
        var index = 0
        while index < last - 16 {
            outside |= outsidePrintable(unsafe bytes.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self))
            outside |= outsidePrintable(unsafe bytes.loadUnaligned(fromByteOffset: index + 16, as: SIMD16<UInt8>.self))
            index += 32
        }
        if index < last {
            outside |= outsidePrintable(unsafe bytes.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self))
        }
        outside |= outsidePrintable(unsafe bytes.loadUnaligned(fromByteOffset: last, as: SIMD16<UInt8>.self))
        let halves = unsafe unsafeBitCast(outside, to: SIMD2<UInt64>.self)
        return (halves[0] | halves[1]) & highBits == 0
    }

    @inlinable
    @inline(__always)
    @unsafe
    package static func isLowercaseName(_ bytes: UnsafeRawPointer, count: Int) -> Bool {
        var all = UInt64.max
        if count >= 8 {
            let last = count - 8
            var index = 0
            while index < last {
                all &= lowercaseNameBits(unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                index += 8
            }
            all &= lowercaseNameBits(unsafe bytes.loadUnaligned(fromByteOffset: last, as: UInt64.self))
            return all & highBits == highBits
        }
        for index in 0..<count {
            all &= lowercaseNameBits(unsafe UInt64(bytes.load(fromByteOffset: index, as: UInt8.self)))
        }
        return all & 0x80 == 0x80
    }

    /// Whether two runs of equal length hold the same bytes. Inlined, so that a literal is compared as a few integers; a call of
    /// `memcmp` is not made one.
    @inlinable
    @inline(__always)
    @unsafe
    package static func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, count: Int) -> Bool {
        if count >= 8 {
            var index = 0
            while index < count - 8 {
                guard
                    unsafe left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                        == right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                else { return false }
                index += 8
            }
            // The last eight overlap those before.
            return unsafe left.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
                == right.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        }
        if count >= 4 {
            return unsafe left.loadUnaligned(as: UInt32.self) == right.loadUnaligned(as: UInt32.self)
                && left.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
                    == right.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
        }
        var index = 0
        while index < count {
            guard
                unsafe left.load(fromByteOffset: index, as: UInt8.self)
                    == right.load(fromByteOffset: index, as: UInt8.self)
            else { return false }
            index += 1
        }
        return true
    }

    // MARK: Of words

    @usableFromInline static var highBits: UInt64 { 0x8080_8080_8080_8080 }
    @usableFromInline static var ones: UInt64 { 0x0101_0101_0101_0101 }
    /// Seven blanks behind a byte.
    @usableFromInline static var filler: UInt64 { 0x2020_2020_2020_2000 }

    /// The high bit of each byte that is not printable ASCII.
    @inlinable
    @inline(__always)
    static func outsidePrintable(_ word: UInt64) -> UInt64 {
        // Sums of seven bits carry into no other byte; a byte with its high bit set is outside whatever its sum.
        let low = word & ~highBits
        let isAtLeastBlank = low &+ ones &* (0x80 - 0x20)
        let isDelete = low &+ ones
        return (~isAtLeastBlank | isDelete | word) & highBits
    }

    /// The same of sixteen; the other bits say nothing. Lanes do not carry into each other, so a byte below 0x20 is one that wraps.
    @inline(__always)
    private static func outsidePrintable(_ vector: SIMD16<UInt8>) -> SIMD16<UInt8> {
        (vector &- 0x20) | (vector &+ 1) | vector
    }

    /// The high bit of each byte that may be in such a name; the other bits say nothing.
    @inlinable
    @inline(__always)
    static func lowercaseNameBits(_ word: UInt64) -> UInt64 {
        let low = word & ~highBits
        let isLetter = (low &+ ones &* (0x80 - 0x61)) & ~(low &+ ones &* (0x80 - 0x7b))
        let isDigit = (low &+ ones &* (0x80 - 0x30)) & ~(low &+ ones &* (0x80 - 0x3a))
        let isDash = ~((low ^ ones &* 0x2d) &+ ones &* 0x7f)
        return (isLetter | isDigit | isDash) & ~word
    }
}
