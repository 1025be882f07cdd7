import AllocationCounter

/// Times one operation and counts its allocations.
struct Benchmark {
    /// What the figures must not exceed; `nil` where only a look is wanted.
    struct Budget {
        /// Of the median; `nil` where only allocations count.
        var nanoseconds: Double?
        var allocations: Double = 0
    }

    /// One result line: operation, percentiles, allocations.
    struct Result {
        var name: String
        var median: Double
        var p99: Double
        var allocations: Double
        var budget: Budget?

        var isWithinBudget: Bool {
            guard let budget else { return true }
            return median <= budget.nanoseconds ?? .infinity && allocations <= budget.allocations
        }

        var line: String {
            let verdict =
                budget.map { "  \($0.nanoseconds.map(Self.time) ?? "") \(isWithinBudget ? "kept" : "EXCEEDED")" } ?? ""
            let padded = name + String(repeating: " ", count: max(0, 44 - name.count))
            return
                "\(padded) \(Self.time(median)) p50  \(Self.time(p99)) p99  \(Self.decimal(allocations)) allocs\(verdict)"
        }

        static func time(_ nanoseconds: Double) -> String {
            nanoseconds < 10_000 ? "\(decimal(nanoseconds)) ns" : "\(decimal(nanoseconds / 1000)) µs"
        }

        static func decimal(_ value: Double) -> String {
            let tenths = Int((value * 10).rounded())
            return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
        }
    }

    /// Runs the operation in batches, after as many to warm up. The clock is read once a batch, and the percentiles are those of
    /// the batches' means.
    ///
    /// - Parameter operation: Gets the number of the run, so that no two need be alike.
    static func run(
        _ name: String, batches: Int = 200, batch: Int, budget: Budget? = nil, _ operation: (Int) -> Void
    ) -> Result {
        for index in 0..<batch * 4 { operation(index) }
        var means: [Double] = []
        means.reserveCapacity(batches)
        let clock = ContinuousClock()
        let before = allocation_count()
        for number in 0..<batches {
            let start = clock.now
            for index in 0..<batch { operation(number &* batch &+ index) }
            let elapsed = clock.now - start
            means.append(Double(elapsed.components.attoseconds) / 1e9 / Double(batch))
        }
        let allocations = Double(allocation_count() - before) / Double(batches * batch)
        means.sort()
        return Result(
            name: name, median: means[batches / 2], p99: means[batches * 99 / 100], allocations: allocations,
            budget: budget)
    }
}
