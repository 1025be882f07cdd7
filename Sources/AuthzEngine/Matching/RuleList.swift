import AuthzCore

/// The rules of one action in Envoy's order, with an index where there are many.
struct RuleList: Sendable {
    /// From this many rules on, looking one up beats trying all.
    static let indexThreshold = 8

    let rules: [Program.Rule]
    private let index: RuleIndex?

    static let empty = RuleList([], in: Program())

    /// - Parameter rules: In Envoy's order of keys.
    init(_ rules: [Program.Rule], in program: Program, indexThreshold: Int = Self.indexThreshold) {
        self.rules = rules
        index = rules.count >= indexThreshold ? RuleIndex(rules, in: program) : nil
    }

    /// The first rule in Envoy's order that holds. O(rules) without an index; with one, O(the rules that share a key with the
    /// request, and those that have none).
    func firstMatch(
        in program: borrowing Program, for request: borrowing CheckRequest, _ facts: Facts,
        claims: borrowing VerifiedClaims, caution: Caution
    ) -> Program.Rule? {
        guard let index, index.isUsable(for: facts) else {
            for rule in rules where program.holds(rule, for: request, facts, claims: claims, caution: caution) {
                return rule
            }
            return nil
        }
        var best = Int32.max
        index.visit(for: request, facts) { position in
            guard position < best else { return false }
            guard program.holds(rules[Int(position)], for: request, facts, claims: claims, caution: caution) else {
                return true
            }
            best = position
            return false
        }
        return best == .max ? nil : rules[Int(best)]
    }
}
