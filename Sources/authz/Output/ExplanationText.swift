import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Renders why a decision is what it is: what decided in the first line, then the layers in the order in which they act.
struct ExplanationText {
    private let style: TextStyle
    /// Whether everything is shown, or of long lists only the beginning.
    private let isVerbose: Bool
    /// How many rules of one policy that did not match, and how many policies that do not apply, are shown.
    private static let shownCount = 12
    /// Where the second column begins.
    private static let layerWidth = 12

    init(_ style: TextStyle, isVerbose: Bool = false) {
        self.style = style
        self.isVerbose = isVerbose
    }

    func text(of explanation: Explanation) -> String {
        let (report, trace) = (explanation.report, explanation.trace.escapingControls)
        var lines = [headline(report)]
        if let workload = workload(of: report) { lines.append(detail("workload", workload)) }
        if let enforcer = report.enforcer { lines.append(detail("profile", Self.profile(report.profile, enforcer))) }
        lines += trace.layers.flatMap { self.lines(of: $0, report) }
        if let nearest = report.nearest { lines += NearestRuleText(style).lines(nearest, trace) }
        if let otherwise = explanation.otherwise {
            let answer = otherwise.custom.contains { $0.answer == "assumed-allow" } ? "allow" : "deny"
            lines.append("  with --assume-custom \(answer): \(headline(otherwise))")
        }
        lines += unattached(trace.unattached)
        return lines.map { $0 + "\n" }.joined()
    }

    func headline(_ report: DecisionReport) -> String {
        let isAllowed = report.outcome == .allow
        let status = report.status > 0 ? " \(report.status)" : ""
        let verdict = style(isAllowed ? "ALLOW\(status)" : "DENY\(status)", .bold, isAllowed ? .green : .red)
        guard let match = report.determiningPolicy else { return "\(verdict)  \(report.reason.sentence)" }
        let policy = style(match.policy.qualifiedName, .bold)
        let rule = match.rule.map { ", rule \($0)" } ?? ""
        let cause = report.reason.namesPolicy ? "" : "\(report.reason.sentence): "
        return "\(verdict)  \(cause)\(policy)\(rule)  \(place(match.location))"
    }

    /// Its name, and what named it; `nil` where nothing did.
    private func workload(of report: DecisionReport) -> String? {
        let source = report.workloadFoundBy.map { "  (\($0.phrase))" } ?? ""
        guard let workload = report.workload else {
            return report.workloadFoundBy == nil ? nil : "not known\(source)"
        }
        return workload + source
    }

    /// `sidecar`, or with what decides where that is not of the same name.
    private static func profile(_ profile: Profile, _ enforcer: String) -> String {
        profile.rawValue == enforcer
            ? enforcer : "\(profile.rawValue): \(enforcer == "ztunnel" ? "" : "the ")\(enforcer) decides"
    }

    private func detail(_ name: String, _ text: String) -> String {
        "  \(name.padded(to: Self.layerWidth))\(text)"
    }

    private func place(_ location: SourceLocation) -> String { style("(\(location))", .faint) }

    // MARK: Layers

    private func lines(of layer: Trace.Layer, _ report: DecisionReport) -> [String] {
        // That a request could be read goes without saying.
        if layer.name == .request, layer.notes.isEmpty, !isVerbose { return [] }
        var lines: [String] = []
        let name = layer.name.rawValue
        if layer.policies.count == 1, let step = layer.policies.first {
            lines.append(detail(name, "\(title(step))  \(layer.verdict)  \(place(step.policy.location))"))
            lines += rules(of: step, report)
        } else {
            lines.append(detail(name, layer.verdict))
            for step in layer.policies {
                let verdict = step.isMatched ? "matched" : "no rule matched"
                lines.append(detail("", "\(title(step))  \(verdict)  \(place(step.policy.location))"))
                lines += rules(of: step, report)
            }
        }
        lines += layer.notes.map { detail("", $0) }
        return lines
    }

    private func title(_ step: Trace.PolicyStep) -> String {
        step.policy.qualifiedName + (step.isDryRun ? " (dry run)" : "")
    }

    private func rules(of step: Trace.PolicyStep, _ report: DecisionReport) -> [String] {
        var lines = step.note.map { [detail("", "  " + $0)] } ?? []
        var hidden = 0
        var shown = 0
        for rule in step.rules {
            guard isVerbose || rule.isMatched || isNearest(rule, report) || shown < Self.shownCount else {
                hidden += 1
                continue
            }
            if !rule.isMatched { shown += 1 }
            lines += RuleText(style).lines(rule, tellsSlips: !isNearest(rule, report)).map { detail("", "  " + $0) }
        }
        if hidden > 0 { lines.append(detail("", "  … \(hidden) more rules do not match (-v shows them)")) }
        return lines
    }

    private func isNearest(_ rule: Trace.RuleStep, _ report: DecisionReport) -> Bool {
        report.nearest?.location == rule.location
    }

    // MARK: Policies that do not apply

    private func unattached(_ policies: [Trace.UnattachedPolicy]) -> [String] {
        guard !policies.isEmpty else { return [] }
        let shown = isVerbose ? policies : Array(policies.prefix(Self.shownCount))
        let width = shown.map(\.title.count).max() ?? 0
        var lines = ["  " + style("not applied:", .faint)]
        lines += shown.map {
            "    \($0.title.padded(to: width))  \($0.why)  \(place($0.policy.location))"
        }
        if shown.count < policies.count { lines.append("    … \(policies.count - shown.count) more (-v shows them)") }
        return lines
    }
}
