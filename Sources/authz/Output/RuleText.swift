import AuthzEngine

/// Renders a rule with its tests, one a line, in columns.
struct RuleText {
    private let style: TextStyle

    init(_ style: TextStyle) {
        self.style = style
    }

    /// - Parameter tellsSlips: Whether a slip stands beneath its test, or is told elsewhere.
    func lines(_ rule: Trace.RuleStep, tellsSlips: Bool = true) -> [String] {
        let title = "rule \(rule.number)"
        let place = style("(\(rule.location))", .faint)
        if let omission = rule.omission { return ["\(title)  left out: \(omission)  \(place)"] }
        let remarks = rule.remarks.map { String(repeating: " ", count: title.count) + "  \($0)" }
        guard !rule.tests.isEmpty else {
            return ["\(title)  \(mark(.yes))  matches every request  \(place)"] + remarks
        }
        let margin = String(repeating: " ", count: title.count)
        let sides = sides(rule.tests)
        let sideWidth = sides.map(\.count).max() ?? 0
        let fieldWidth = rule.tests.map(\.field.count).max() ?? 0
        return rule.tests.enumerated().flatMap { index, test in
            let isRepeated = index > 0 && sides[index] == sides[index - 1]
            let side = (isRepeated ? "" : sides[index]).padded(to: sideWidth)
            let line = "\(side)  \(test.field.padded(to: fieldWidth))  \(mark(test.outcome))  \(test.sentence)"
            return [(index == 0 ? title : margin) + "  " + line]
                + (test.notes + [tellsSlips ? test.slipNote : nil].compactMap(\.self)).map { "\(margin)    \($0)" }
        } + remarks
    }

    /// The name of each test's side, with the number of its entry where the side has several.
    private func sides(_ tests: [Trace.TestStep]) -> [String] {
        tests.map { test in
            let isNumbered = test.side != "when" && tests.contains { $0.side == test.side && $0.entry > 1 }
            return isNumbered ? "\(test.side) \(test.entry)" : test.side
        }
    }

    private func mark(_ outcome: Trace.TestStep.Outcome) -> String {
        switch outcome {
        case .yes: style("yes", .green)
        case .no: style("no", .red) + " "
        case .unknown: style("?", .yellow) + "  "
        }
    }
}

extension Trace.TestStep {
    /// The slip by which a request misses the test, as a sentence of its own; `nil` where there is none.
    var slipNote: String? { slip.map { "\(isSlipOfPolicy ? "a slip" : "perhaps a slip"): \($0)" } }
}
