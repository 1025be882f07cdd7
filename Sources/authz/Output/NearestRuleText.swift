import AuthzEngine

/// Says of the ALLOW rule that came closest what would have to change.
struct NearestRuleText {
    private let style: TextStyle

    init(_ style: TextStyle) {
        self.style = style
    }

    func lines(_ nearest: DecisionReport.PolicyMatch, _ trace: Trace) -> [String] {
        let rule = nearest.rule.map { ", rule \($0)" } ?? ""
        let place = style("(\(nearest.location))", .faint)
        var lines = ["  nearest: \(style(nearest.policy.qualifiedName, .bold))\(rule) would allow this  \(place)"]
        let steps = trace.layers.filter { $0.name == .allow }.flatMap(\.policies)
            .filter { $0.policy == nearest.policy }.flatMap(\.rules)
        guard let step = steps.first(where: { $0.number == nearest.rule }) else { return lines }
        lines += step.closestFailures.flatMap(sentences)
        return lines
    }

    /// What the test asks for, and beneath it the slip that it probably is.
    ///
    /// What no request can have is no advice for this one.
    private func sentences(_ test: Trace.TestStep) -> [String] {
        if let slip = test.slip, test.isSlipOfPolicy, test.wanted.count == 1 {
            return ["    but for a slip in \(style(test.field, .bold)): \(slip)"]
        }
        let slip = test.slip.map { ["      \(style("perhaps a slip:", .yellow)) \($0)"] } ?? []
        return ["    if \(sentence(test))"] + slip
    }

    private func sentence(_ test: Trace.TestStep) -> String {
        let wanted = test.wanted.map { "`\($0)`" }.joined(separator: ", ")
        if test.outcome == .unknown { return "\(style(test.field, .bold)) were known" }
        let isNegated = test.field.hasPrefix("not") || test.field.hasSuffix(" notValues")
        let verb = isNegated ? "were none of" : test.wanted.count == 1 ? "were" : "were one of"
        return "\(style(test.field, .bold)) \(verb) \(wanted)"
    }
}
