/// Time spans as Go and Kubernetes write them.
package enum DurationText {
    private static let nanosecondsOfUnit: [(unit: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1000), ("µs", 1000), ("μs", 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// Reads decimal numbers that each have a unit from `ns` to `h`, such as `1h30m` or `0.5s`; `0` needs no unit.
    ///
    /// - Returns: `nil` for any other text, and beyond 290 years.
    package static func parse(_ text: String) -> Duration? {
        var rest = Substring(text)
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest.removeFirst() }
        if rest == "0" { return .zero }
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            let unitText = rest.prefix { !($0.isASCII && $0.isNumber || $0 == ".") }
            rest = rest.dropFirst(unitText.count)
            guard let unit = nanosecondsOfUnit.first(where: { $0.unit == unitText }),
                let nanoseconds = multiply(number, by: unit.nanoseconds)
            else { return nil }
            let (sum, overflows) = total.addingReportingOverflow(nanoseconds)
            guard !overflows else { return nil }
            total = sum
        }
        return .nanoseconds(isNegative ? -total : total)
    }

    private static func multiply(_ number: Substring, by unit: Int64) -> Int64? {
        let parts = number.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.contains(where: { !$0.isEmpty }) else { return nil }
        let whole = parts[0].isEmpty ? 0 : Int64(parts[0])
        guard let whole else { return nil }
        var (total, overflows) = whole.multipliedReportingOverflow(by: unit)
        guard !overflows else { return nil }
        guard parts.count == 2 else { return total }
        var scale = unit
        for digit in parts[1] {
            guard let value = digit.wholeNumberValue, scale > 0 else { return nil }
            scale /= 10
            (total, overflows) = total.addingReportingOverflow(Int64(value) * scale)
            guard !overflows else { return nil }
        }
        return total
    }
}
