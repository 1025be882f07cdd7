/// Times an operation at one size of its input and at twice that, and fails where the time more than doubles.
struct GrowthBenchmark {
    /// One result line: operation, size, both times, their ratio, and the bound that is claimed.
    struct Result {
        var name: String
        var size: Int
        var unit: String
        var nanoseconds: Double
        var doubled: Double
        /// In words, such as `O(value)`.
        var bound: String

        var ratio: Double { doubled / nanoseconds }

        /// Twice, and what caches and other programs of the host add.
        var isWithinBound: Bool { ratio <= 2.7 }

        var line: String {
            let title = "worst/\(name)/\(size) \(unit)"
            let padded = title + String(repeating: " ", count: max(0, 52 - title.count))
            let times =
                "\(Benchmark.Result.time(nanoseconds)) best  \(Benchmark.Result.time(doubled)) at twice the size"
            return
                "\(padded) \(times)  ×\(Benchmark.Result.decimal(ratio))  \(bound) \(isWithinBound ? "kept" : "EXCEEDED")"
        }
    }

    /// How often a ratio above the bound is measured anew before it counts.
    private static let attempts = 5

    /// - Parameter operation: The operation for an input of a size.
    static func run<Failure: Error>(
        _ name: String, size: Int, _ unit: String, bound: String, _ operation: (Int) throws(Failure) -> () -> Void
    ) throws(Failure) -> Result {
        let single = try operation(size)
        let double = try operation(2 * size)
        var result = Result(
            name: name, size: size, unit: unit, nanoseconds: best(single), doubled: best(double), bound: bound)
        for _ in 1..<attempts where !result.isWithinBound {
            result.nanoseconds = best(single)
            result.doubled = best(double)
        }
        return result
    }

    /// The least time of a run, of enough runs to fill some milliseconds. What else happens on the host only adds to it.
    private static func best(_ operation: () -> Void) -> Double {
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(15)
        var best = Double.infinity
        for _ in 0..<3 { operation() }
        repeat {
            let start = clock.now
            operation()
            best = min(best, Double((clock.now - start).components.attoseconds) / 1e9)
        } while clock.now < end
        return best
    }
}
