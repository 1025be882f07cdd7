/// The upper bounds of the histogram of durations, from 5 µs, where a decision takes a few, to 1 s.
enum DurationBuckets {
    /// In nanoseconds, ascending; what is longer is in one bucket more.
    static let bounds: [Int64] = [
        5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
        25_000_000,
        100_000_000, 1_000_000_000,
    ]
    /// In seconds, as the label `le` has them.
    static let labels = [
        "5e-06", "1e-05", "2.5e-05", "5e-05", "0.0001", "0.00025", "0.0005", "0.001", "0.0025", "0.005", "0.01",
        "0.025",
        "0.1", "1",
    ]

    /// The bucket of a duration in nanoseconds.
    static func index(of duration: Int64) -> Int {
        var index = 0
        while index < bounds.count, duration > bounds[index] { index += 1 }
        return index
    }
}
