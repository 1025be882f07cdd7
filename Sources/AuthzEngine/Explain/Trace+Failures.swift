extension Trace.RuleStep {
    /// The tests of the closest entries that ask for what is not so, in the order of `from`, `to` and `when`.
    package var closestFailures: [Trace.TestStep] {
        ["from", "to", "when"].flatMap { side -> [Trace.TestStep] in
            let tests = tests.filter { $0.side == side }
            if side == "when" { return tests.filter { $0.outcome != .yes } }
            let entries = Dictionary(grouping: tests, by: \.entry).mapValues { $0.filter { $0.outcome != .yes } }
            let rank = { (entry: (key: Int, value: [Trace.TestStep])) in
                (entry.value.allSatisfy { $0.slip != nil } ? 0 : 1, entry.value.count, entry.key)
            }
            return entries.min { rank($0) < rank($1) }?.value ?? []
        }
    }
}
