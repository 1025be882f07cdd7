/// All choices of some dimensions in order, or where there are too many some that are drawn, always the same.
struct RequestSampler {
    let isComplete: Bool
    private let sizes: [Int]
    private var rest: Int
    private var choice: [Int]?
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    /// - Parameters:
    ///   - sizes: How many choices each dimension has.
    ///   - limit: How many combinations are made at most.
    init(_ sizes: [Int], limit: Int) {
        let count = sizes.reduce(1) { product, size in
            let (result, overflows) = product.multipliedReportingOverflow(by: size)
            return overflows ? .max : result
        }
        self.sizes = sizes
        isComplete = count <= limit
        rest = min(count, limit)
    }

    mutating func next() -> [Int]? {
        guard rest > 0 else { return nil }
        rest -= 1
        guard let last = choice else {
            choice = sizes.map { _ in 0 }
            return choice
        }
        choice = isComplete ? successor(of: last) : sizes.map { Int(random() % UInt64($0)) }
        return choice
    }

    /// The first dimension changes fastest.
    private func successor(of choice: [Int]) -> [Int] {
        var result = choice
        for index in result.indices {
            result[index] += 1
            if result[index] < sizes[index] { break }
            result[index] = 0
        }
        return result
    }

    private mutating func random() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
