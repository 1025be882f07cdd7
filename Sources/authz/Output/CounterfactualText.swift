import AuthzCore
import AuthzEngine
import Foundation

/// Renders what would change a decision: the smallest changes of a denied request and of the policies, or what an allowed one hangs on.
struct CounterfactualText {
    private let style: TextStyle

    init(_ style: TextStyle) {
        self.style = style
    }

    func text(_ counterfactual: Counterfactual) -> String {
        var lines: [String] = []
        let request = counterfactual.request.map { self.lines($0) } ?? []
        let policy = counterfactual.policy.map { self.lines($0) } ?? []
        lines += Self.repairsPolicy(counterfactual) ? policy + request : request + policy
        if let allowance = counterfactual.allowance { lines += self.lines(allowance) }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Whether the policies have a slip, so that their change leads to what was meant, and no change of the request does.
    static func repairsPolicy(_ counterfactual: Counterfactual) -> Bool {
        counterfactual.policy.map { $0.partialRepair != nil || $0.changes.first?.mendsRule ?? false } ?? false
    }

    // MARK: Requests

    private func lines(_ changes: RequestChanges) -> [String] {
        switch changes.verdict {
        case .none:
            return [
                "  \(style("no change of the request is allowed", .bold)): \(Self.tried(changes)), with every value that counts"
            ]
        case .bounded:
            return ["  no change of the request was found: \(Self.tried(changes)), which is not all that there are"]
        case .found: break
        }
        var lines = ["  " + style("smallest change of the request that is allowed:", .bold)]
        for (index, change) in changes.changes.enumerated() {
            let width = change.edits.map(\.field.name.count).max() ?? 0
            for (place, edit) in change.edits.enumerated() {
                let lead = place > 0 ? "and" : index > 0 ? "or" : ""
                lines.append(
                    "    \(lead.padded(to: index > 0 || change.edits.count > 1 ? 4 : 0))"
                        + "\(edit.field.name.padded(to: width))  \(Self.words(edit))")
            }
        }
        return lines
    }

    private static func tried(_ changes: RequestChanges) -> String {
        changes.decisions == 1 ? "1 request was tried" : "\(changes.decisions) requests were tried"
    }

    /// `DELETE` → `GET`
    static func words(_ edit: RequestChange.Edit) -> String {
        let from = edit.isUnknown ? "unknown" : value(edit.from, of: edit.field)
        if case .header = edit.field, edit.to == nil { return "\(from) → leave it out" }
        return "\(from) → \(value(edit.to, of: edit.field))"
    }

    static func words(_ difference: RequestDifference) -> String {
        "\(value(difference.from, of: difference.field)) → \(value(difference.to, of: difference.field))"
    }

    private static func value(_ value: String?, of field: RequestField?) -> String {
        guard let value else {
            switch field {
            case .principal: return "plaintext"
            case .token: return "no token"
            case .header, .sni, .scheme, .method, .path, .host, nil: return "none"
            case .port, .remoteIP, .sourceIP, .destinationIP: return "unknown"
            }
        }
        let text = SignatureMask.hidingSignatures(in: value).escapingControls
        // Words that stand for a value are none.
        switch field {
        case .token where !text.hasPrefix("{"): return text
        case .header:
            return text.components(separatedBy: "`, `")
                .map { $0.isEmpty ? "empty" : $0.hasPrefix("(") && $0.contains(" bytes, hidden)") ? $0 : "`\($0)`" }
                .joined(separator: ", ")
        default: return text.isEmpty ? "none" : "`\(text)`"
        }
    }

    // MARK: Policies

    private func lines(_ changes: PolicyChanges) -> [String] {
        var lines = changes.hint.map { ["  \($0)"] } ?? []
        if changes.changes.isEmpty, let obstacle = changes.obstacle {
            lines.append("  \(style("no change of the policies helps", .bold)): \(obstacle)")
        }
        if let partial = changes.partialRepair {
            let title = style("change of the policies that mends what can be mended:", .bold)
            lines.append("  \(title) \(Self.steps(of: partial.change))")
            lines += patch(of: partial.change)
            if partial.change.opening.isWider { lines.append("    " + warning(partial.change.opening)) }
            lines += partial.byHand.map { slip in
                // Said once is enough.
                let isTold = changes.obstacle?.contains(slip.sentence) ?? false
                let text = isTold ? slip.field.quoted : slip.text
                return "    \(style("to be mended by hand:", .yellow)) \(Self.clean(text))"
            }
        }
        for (index, change) in changes.changes.enumerated() {
            lines.append("  \(style(Self.title(index, of: changes), .bold)) \(Self.steps(of: change))")
            lines += patch(of: change)
            lines.append("    " + warning(change.opening))
            if change.isRepair { lines.append("    " + Self.caution) }
        }
        return lines
    }

    private func patch(of change: PolicyChange) -> [String] {
        PatchLines(SignatureMask.hidingSignatures(in: change.patch)).lines.map { line in
            let text = "    \(line)"
            return line.hasPrefix("+") ? style(text, .green) : line.hasPrefix("-") ? style(text, .red) : text
        }
    }

    private static func title(_ index: Int, of changes: PolicyChanges) -> String {
        // Of several slips, each costs an edit, and one rule beside them would be one.
        if index == 0, changes.changes[0].mendsRule, changes.changes[0].steps.count > 1 {
            return "change of the policies that mends their slips:"
        }
        if index == 0, let demand = changes.demand {
            return "an exception to what the rule is for (\(Self.clean(demand))):"
        }
        return switch (index, changes.isCautious) {
        case (0, false): "smallest change of the policies:"
        case (0, true): "smallest change of the policies that still asks for a token:"
        case (_, false): "or, opening less:"
        case (_, true): "or, smaller, but for requests without a token, too:"
        }
    }

    /// Of a change that replaces what is written.
    static let caution = "what it replaces lets nothing in any more: if that was right, mend the request"

    private static func steps(of change: PolicyChange) -> String {
        change.steps.map(clean).joined(separator: ", and ")
    }

    static func clean(_ text: String) -> String { SignatureMask.hidingSignatures(in: text).escapingControls }

    func warning(_ opening: PolicyChange.Opening) -> String {
        guard opening.isWider else {
            let untested = opening.untested.map { "any \($0.name.escapingControls.quoted)" }
            let rest = untested.isEmpty ? "" : ", but this one with \(untested.joined(separator: " and "))"
            return "opens nothing else among \(opening.tried) requests tried\(rest)"
        }
        var parts: [String] = []
        if let example = opening.example {
            let edits = example.map { "\($0.field.name) \(Self.words($0))" }.joined(separator: ", ")
            parts.append("\(opening.opened) of \(opening.tried) requests tried, such as this one with \(edits)")
        }
        if !opening.workloads.isEmpty {
            let shown = opening.workloads.prefix(4).joined(separator: ", ")
            parts.append("the same request to \(shown)\(opening.workloads.count > 4 ? ", …" : "")")
        }
        return "\(style("warning: this opens more", .yellow)): \(parts.joined(separator: "; "))"
    }

    // MARK: Allowed requests

    private func lines(_ allowance: Allowance) -> [String] {
        let names = allowance.rules.map { match in
            match.policy.qualifiedName + (match.rule.map { ", rule \($0)" } ?? "")
        }
        let providers = allowance.providers.map(\.quoted).joined(separator: ", ")
        let asked = "the CUSTOM provider \(providers), whose answer is assumed to be allow"
        var lines: [String] = []
        switch (names.count, allowance.isAlone) {
        case (0, _) where !providers.isEmpty:
            return ["  \(style("it hangs on \(asked)", .bold)): no ALLOW policy reaches the workload"]
        case (0, _): lines = ["  nothing had to allow it: no ALLOW policy reaches the workload"]
        case (1, true): lines = ["  \(style("it hangs on \(names[0]) alone", .bold)): without that rule it is denied"]
        case (1, false): lines = ["  one rule allows it: \(names[0])"]
        default:
            let shown = names.prefix(4).joined(separator: "; ") + (names.count > 4 ? "; …" : "")
            lines = ["  any of \(names.count) rules would do: \(shown)"]
        }
        if !providers.isEmpty { lines.append("  and it hangs on \(asked)") }
        return lines
    }
}
