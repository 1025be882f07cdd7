import AuthzCore
import AuthzPolicy

/// An audience of a refused token that differs by a slip from one that its rule asks for. What is written elsewhere says whose it is; where
/// that says nothing, or both things, it may be either's.
struct AudienceSlip {
    enum Side { case token, policy, either }

    /// In the policy.
    var written: String
    /// In the token.
    var seen: String
    var side: Side
    /// Where the policy has it.
    var location: SourceLocation
    private var difference: String
    /// `namespace/name`.
    private var policy: String

    /// Both sides, and how they differ.
    var sentence: String {
        "the token is for \(seen.quoted), and \(policy.quoted) (\(location)) asks for \(written.quoted): \(difference)"
    }

    /// What to write, and where.
    var advice: String {
        switch side {
        case .token: "write \("aud: \(written)".quoted) in the token, as it is elsewhere"
        case .policy: "write \(seen.quoted) in `audiences` of \(policy), as it is elsewhere"
        case .either: "write \("aud: \(written)".quoted) in the token, or \(seen.quoted) in `audiences` of \(policy)"
        }
    }

    /// The first by which a token misses some rules; `nil` where one accepts it, where there is none, and where the policies or the
    /// inventory know both: then they are two.
    ///
    /// - Parameters:
    ///   - audiences: Of the token.
    ///   - rules: Indices of ``PolicySet/tokenRules``: those that could accept it.
    ///   - document: What is asked; a case of a suite knows the other tokens there.
    init?(_ audiences: [String], rules: [Int], _ policySet: PolicySet, _ document: RequestDocument?) {
        let accepted = Set(rules.flatMap { policySet.tokenRules[$0].audiences }.map(Self.bare))
        guard accepted.isDisjoint(with: audiences.map(Self.bare)) else { return nil }
        for (seen, rule) in audiences.flatMap({ seen in rules.map { (seen, $0) } }) {
            let tokenRule = policySet.tokenRules[rule]
            for (index, written) in tokenRule.audiences.enumerated() {
                guard let difference = Slip.difference(written, seen: seen),
                    let owner = policySet.requestAuthentications.first(where: { $0.rules.contains(rule) }),
                    let side = Self.side(written, seen, rules, policySet, document)
                else { continue }
                self.written = written
                self.seen = seen
                self.side = side
                self.difference = difference
                location = tokenRule.audienceLocations[safe: index] ?? tokenRule.location
                policy = owner.reference.qualifiedName
                return
            }
        }
        return nil
    }

    /// Envoy compares audiences without scheme and without a slash at the end.
    static func bare(_ text: String) -> Substring {
        let scheme = ["https://", "http://"].first { text.hasPrefix($0) } ?? ""
        let rest = text.dropFirst(scheme.count)
        return rest.hasSuffix("/") ? rest.dropLast() : rest
    }

    private static func side(
        _ written: String, _ seen: String, _ rules: [Int], _ policySet: PolicySet, _ document: RequestDocument?
    ) -> Side? {
        let known = [written, seen].map { isKnown($0, besides: rules, policySet) }
        if known[0], known[1] { return nil }
        let sent = [written, seen].map { document?.otherTokensAreFor($0) ?? false }
        switch (known[0] || sent[0], known[1] || sent[1]) {
        case (true, false): return .token
        case (false, true): return .policy
        case (true, true), (false, false): return .either
        }
    }

    /// Whether another rule, a condition of a policy or the inventory has the word.
    private static func isKnown(_ word: String, besides rules: [Int], _ policySet: PolicySet) -> Bool {
        policySet.names.has(word: word)
            || policySet.tokenRules.indices.contains {
                !rules.contains($0) && policySet.tokenRules[$0].audiences.contains(word)
            } || policySet.program.sources.contains { $0.values.contains { $0.value == word } }
    }
}
