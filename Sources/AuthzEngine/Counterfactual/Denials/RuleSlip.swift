import AuthzCore
import AuthzPolicy

/// A likely slip in the shape of a DENY rule, and the rule that is meant by it: a field in the place of its opposite, or a dash too many.
struct RuleSlip: Sendable {
    enum Shape: Sendable {
        /// A field with its values in the place of its opposite.
        case opposite(RuleTest)
        /// Rules that are meant as one.
        case splitRules
        /// Two entries that are meant as one, of `from` or `to`, by the fields of each. `key` is `source` or `operation`.
        case splitEntries(part: String, key: String, fields: [String], leavesOut: Bool)
    }

    /// Among the documents.
    var policy: Int
    /// The rules that are written; several where they are meant as one.
    var rules: Range<Int>
    var shape: Shape
    /// What stands in the place of them without the slip.
    var meant: AuthorizationPolicy.Rule

    /// How unlikely it is; lower goes first.
    var rank: Int {
        guard case .opposite(let test) = shape else { return 0 }
        switch test.field {
        case .destinationPort, .destinationIP, .sni, .dynamicMetadata: return 2
        case .host, .method, .path: return 1
        case .peerPrincipal, .namespace, .serviceAccount, .trustDomain, .sourceIP, .remoteIP, .requestPrincipal, .claim,
            .header:
            return 0
        }
    }

    /// Whether it is by what a field names that the rule denies, and not by what it leaves out. Who is left out may as well have been
    /// forgotten, and so may be what is asked for.
    var isOfCallers: Bool {
        guard case .opposite(let test) = shape else { return false }
        return rank == 0 && !test.lists.values.isEmpty
    }

    /// Whether a rule that passes what it is to deny may be written so by mistake. A rule for all but some paths or addresses is rare, and a
    /// value that misses the request is not.
    var isLikelyToPass: Bool {
        guard case .opposite(let test) = shape, !test.lists.values.isEmpty else { return true }
        return test.field != .sourceIP && test.field != .remoteIP
    }

    /// What tells it from others.
    var key: String {
        switch shape {
        case .opposite(let test): "\(policy) \(rules) \(test.side) \(test.entry) \(test.position)"
        case .splitRules: "\(policy) \(rules)"
        case .splitEntries(let part, _, let fields, _): "\(policy) \(rules) \(part) \(fields)"
        }
    }
}

extension AuthorizationPolicy {
    /// Of how many rules it is tried whether they are meant as one.
    private static let maximumParts = 3
    /// How many slips of one rule are tried.
    private static let maximumSlips = 12

    /// The slips that a rule may have.
    ///
    /// - Parameter index: That of the policy.
    func slips(of ordinal: Int, _ index: Int) -> [RuleSlip] {
        let all = splitRules(of: ordinal, index) + splitEntries(of: ordinal, index) + opposites(of: ordinal, index)
        return Array(all.prefix(Self.maximumSlips))
    }

    /// Each field that is all for its values, or all for what it leaves out, in the place of its opposite. A rule of paths alone, or of
    /// methods, names what is denied to all.
    func opposites(of ordinal: Int, _ index: Int) -> [RuleSlip] {
        let rule = rules[ordinal]
        let tests = rule.tests
        return tests.compactMap { test in
            guard test.lists.values.isEmpty != test.lists.notValues.isEmpty else { return nil }
            if tests.count == 1, test.side == .to, test.lists.notValues.isEmpty { return nil }
            // That something is there, or is not, is meant as it stands; but who denies all that have shown who they are?
            let isOfAnybody = (test.lists.values + test.lists.notValues).contains { $0.value == "*" }
            let isPrincipal = test.field == .requestPrincipal || test.field == .peerPrincipal
            guard !isOfAnybody || (isPrincipal && test.lists.notValues.isEmpty) else { return nil }
            return RuleSlip(
                policy: index, rules: ordinal..<ordinal + 1, shape: .opposite(test), meant: rule.exchanging(test))
        }
    }

    /// Rules side by side that say a part each.
    func splitRules(of ordinal: Int, _ index: Int) -> [RuleSlip] {
        (2...Self.maximumParts).flatMap { count in
            (ordinal - count + 1...ordinal).compactMap { first in
                guard first >= 0, first + count <= rules.count else { return nil }
                let parts = rules[first..<first + count]
                let names = parts.flatMap(\.parts)
                guard Set(names).count == names.count, parts.allSatisfy({ !$0.parts.isEmpty }) else { return nil }
                let meant = parts.dropFirst().reduce(rules[first]) { $0.joined($1) }
                return RuleSlip(policy: index, rules: first..<first + count, shape: .splitRules, meant: meant)
            }
        }
    }

    /// Entries side by side of `from` or `to` that name different fields.
    private func splitEntries(of ordinal: Int, _ index: Int) -> [RuleSlip] {
        splitEntries(of: \.from, "from", "source", ordinal, index)
            + splitEntries(of: \.to, "to", "operation", ordinal, index)
    }

    private func splitEntries<Match: RuleMatch>(
        of list: WritableKeyPath<Rule, [Match]>, _ part: String, _ key: String, _ ordinal: Int, _ index: Int
    ) -> [RuleSlip] {
        let entries = rules[ordinal][keyPath: list]
        return zip(entries.indices, entries.indices.dropFirst()).compactMap { first, second in
            guard let joined = entries[first].joined(entries[second]) else { return nil }
            var rule = rules[ordinal]
            rule[keyPath: list].replaceSubrange(first...second, with: [joined])
            let leavesOut = [first, second].map { entries[$0].fields.allSatisfy(\.lists.values.isEmpty) }
            return RuleSlip(
                policy: index, rules: ordinal..<ordinal + 1,
                shape: .splitEntries(
                    part: part, key: key, fields: [entries[first].names, entries[second].names],
                    leavesOut: leavesOut[0] != leavesOut[1]), meant: rule)
        }
    }

    /// The policy without some slips, which are of rules that have nothing in common.
    func mending(_ slips: [RuleSlip]) -> AuthorizationPolicy {
        var policy = self
        for slip in slips.sorted(by: { $0.rules.lowerBound > $1.rules.lowerBound }) {
            policy.rules.replaceSubrange(slip.rules, with: [slip.meant])
        }
        return policy
    }
}

extension AuthorizationPolicy.Rule {
    /// The rule with the values of a test in its opposite.
    func exchanging(_ test: RuleTest) -> AuthorizationPolicy.Rule {
        var rule = self
        let lists = AuthorizationPolicy.ValueLists(values: test.lists.notValues, notValues: test.lists.values)
        switch test.side {
        case .from: rule.from[test.entry].fields[test.position].lists = lists
        case .to: rule.to[test.entry].fields[test.position].lists = lists
        case .when: rule.when[test.entry].lists = lists
        }
        return rule
    }
}

extension RuleMatch {
    /// The fields, as in a policy: `hosts` and `notPaths`.
    fileprivate var names: String {
        fields.map { field, lists in
            (lists.values.isEmpty ? AuthorizationPolicy.negated(field.rawValue) : field.rawValue).quoted
        }.joined(separator: " and ")
    }
}
