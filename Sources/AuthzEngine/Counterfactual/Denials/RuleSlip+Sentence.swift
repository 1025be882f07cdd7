import AuthzCore
import AuthzPolicy

extension RuleSlip {
    /// A question for who did not expect that the rules deny a request.
    ///
    /// - Parameter policy: The one that it is of.
    func sentence(denying policy: AuthorizationPolicy) -> String {
        let name = policy.reference.qualifiedName.quoted
        let number = rules.lowerBound + 1
        switch shape {
        case .opposite(let test):
            let (written, opposite) = Self.names(test)
            return
                "rule \(number) of \(name) denies this for its \(written): with \(opposite) in its place it would not: is that meant?"
        case .splitEntries(let part, let key, let fields, _):
            return
                "rule \(number) of \(name) has \(fields[0]) and \(fields[1]) in two entries of `\(part)`, and one that fits is enough; as one entry they would not deny this: is the dash before the second `\(key)` one too many?"
        case .splitRules:
            let parts = policy.rules[rules].map(\.parts)
            let dashes = parts.dropFirst().map { $0[0].quoted }
            if parts.count > 2 {
                return
                    "rules \(number) to \(rules.upperBound) of \(name) say a part each, and each denies by itself; as one rule they would not deny this: are the dashes before \(dashes.joined(separator: " and ")) too many?"
            }
            let own = parts[1].map(\.quoted).joined(separator: " and ")
            return
                "rule \(number + 1) of \(name) has \(own) alone; as one rule with rule \(number) it would not deny this: is the dash before \(dashes[0]) one too many?"
        }
    }

    /// A question for who expects that the rules deny a request, and they do not; `nil` where it is about a dash, without which they deny
    /// less.
    func sentence(passing policy: AuthorizationPolicy) -> String? {
        guard case .opposite(let test) = shape else { return nil }
        let (written, opposite) = Self.names(test)
        return
            "rule \(rules.lowerBound + 1) of \(policy.reference.qualifiedName.quoted) denies nothing of this for its \(written): with \(opposite) in its place it would: is that meant?"
    }

    /// What to write for it, where a rule denies too much.
    func advice(_ policy: AuthorizationPolicy) -> String {
        switch shape {
        case .opposite(let test):
            let (written, opposite) = Self.names(test)
            return "is \(opposite) meant in the place of \(written)?"
        case .splitEntries(_, let key, _, _): return "is the dash before the second `\(key)` one too many?"
        case .splitRules:
            let dashes = policy.rules[rules].dropFirst().map { $0.parts[0].quoted }
            return "is the dash before \(dashes.joined(separator: ", and that before ")) one too many?"
        }
    }

    private static func names(_ test: RuleTest) -> (written: String, opposite: String) {
        let isNegated = test.lists.values.isEmpty
        return (test.name(isNegated: isNegated).quoted, test.name(isNegated: !isNegated).quoted)
    }
}
