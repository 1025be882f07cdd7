import AuthzCore
import AuthzPolicy

/// Two entries of `from` or `to`, of which one only leaves something out: as each is enough, the other takes that back, or adds nothing.
extension Linter {
    mutating func findUndoneExceptions(_ subject: LintRule) {
        guard !findings.contains(where: { $0.code == .splitRule && $0.isOf(subject) }) else { return }
        let rule = subject.rule
        for (named, leaving) in [(0, 1), (1, 0)] {
            if rule.from.count == 2, let pair = EntryPair(rule.from[named].fields, rule.from[leaving].fields),
                // A token, or whoever is not one peer, may well be two ways in.
                pair.own.allSatisfy({ ConditionField($0).isPeerIdentity }),
                findUndoneException(subject, Entries(rule, of: \.from, pair, named, leaving, "source", in: "from"))
            {
                return
            }
            if rule.to.count == 2, let pair = EntryPair(rule.to[named].fields, rule.to[leaving].fields), pair.isNaming,
                Set(pair.own).count == 1,
                findUndoneException(subject, Entries(rule, of: \.to, pair, named, leaving, "operation", in: "to"))
            {
                return
            }
        }
    }

    /// What two entries of a rule are apart and together.
    private struct Entries {
        /// With that entry alone.
        var named: AuthorizationPolicy.Rule
        /// With the one that leaves something out.
        var leaving: AuthorizationPolicy.Rule
        /// With one entry, in which both have to hold.
        var joined: AuthorizationPolicy.Rule
        /// With what is left out, where that is one field.
        var leftOut: AuthorizationPolicy.Rule?
        /// `source` or `operation`.
        var dash: String
        /// `from` or `to`.
        var list: String
        var place: SourceLocation

        /// - Parameter named: Which of the two entries names something, and `leaving` which leaves out.
        init<Match: RuleMatch>(
            _ rule: AuthorizationPolicy.Rule, of path: WritableKeyPath<AuthorizationPolicy.Rule, [Match]>,
            _ pair: EntryPair<Match.Field>, _ named: Int, _ leaving: Int, _ dash: String, in list: String
        ) {
            let entries = rule[keyPath: path]
            let with = { (entry: Match) in
                var rule = rule
                rule[keyPath: path] = [entry]
                return rule
            }
            let withFields = { (fields: EntryPair<Match.Field>.Fields) in
                var entry = entries[0]
                entry.fields = fields
                return with(entry)
            }
            self.named = with(entries[named])
            self.leaving = with(entries[leaving])
            joined = withFields(pair.joined)
            leftOut = pair.leftOut.isEmpty ? nil : withFields(pair.leftOut)
            (self.dash, self.list, place) = (dash, list, entries[leaving].location)
        }

        var hint: String { "write both under one `\(dash)`, without the second dash" }
    }

    private mutating func findUndoneException(_ subject: LintRule, _ entries: Entries) -> Bool {
        guard canMatch(entries.joined, subject),
            let whole = point(for: policies(subject, with: entries.joined), at: subject.sites)
        else { return false }
        var excluded = subject.alone(entries.named)
        excluded.action = .deny
        excluded.metadata.name = "lint-excludes"
        let isDenial = subject.policy.action == .deny
        guard let start = isDenial ? entries.leftOut : entries.leaving else { return false }
        let rest = [subject.alone(start), excluded]
        // Who is left out by one entry, and not denied by the other, may be all who should pass.
        if isDenial, canMatch(rest, connections: nil, subject) { return false }
        guard let reached = point(for: isDenial ? [subject.alone(start)] : rest, at: subject.sites) else {
            return false
        }
        for site in subject.likelySites {
            let base = subject.plainest(at: site)
            guard let document = request(matching: reached, allowedBy: isDenial ? whole : point, near: base),
                allows(document, point) != allows(document, whole)
            else { continue }
            add(
                .splitRule, subject, at: entries.place,
                isDenial
                    ? "each entry of `\(entries.list)` is enough: what this one leaves out is denied by the other, so that nothing passes"
                    : "each entry of `\(entries.list)` is enough: this one allows all but what it leaves out, whatever the other names",
                hint: entries.hint,
                [
                    proof(
                        document,
                        isDenial
                            ? "is left out by this entry, and denied all the same"
                            : "is allowed, and would not be if both had to hold")
                ])
            return true
        }
        return false
    }
}

extension LintFinding {
    fileprivate func isOf(_ subject: LintRule) -> Bool {
        policy == subject.policy.reference && rule == subject.ordinal + 1
    }
}

/// The fields of two entries, of which the second only leaves something out, but for what both say.
private struct EntryPair<Field: CaseIterable & Equatable> {
    typealias Fields = [(field: Field, lists: AuthorizationPolicy.ValueLists)]

    /// Of one entry in which both have to hold.
    var joined: Fields
    /// Of one that names what the second leaves out; empty where that are several fields, any of which it may be.
    var leftOut: Fields
    /// Whether the first one names something that the second does not.
    var isNaming: Bool
    /// The fields that are not the same in both.
    var own: [Field]

    /// `nil` where the second one names something of its own.
    init?(_ named: Fields, _ leaving: Fields) {
        let isSame = { (field: Field, lists: AuthorizationPolicy.ValueLists, others: Fields) in
            others.contains { other in
                other.field == field && other.lists.values.map(\.value) == lists.values.map(\.value)
                    && other.lists.notValues.map(\.value) == lists.notValues.map(\.value)
            }
        }
        let exceptions = leaving.filter { !isSame($0.field, $0.lists, named) }
        let names = named.filter { !isSame($0.field, $0.lists, leaving) }
        guard !exceptions.isEmpty, !names.isEmpty, exceptions.allSatisfy(\.lists.values.isEmpty) else { return nil }
        joined = Field.allCases.compactMap { field in
            let lists = (named + exceptions).filter { $0.field == field }.map(\.lists)
            guard !lists.isEmpty else { return nil }
            let both = AuthorizationPolicy.ValueLists(
                values: lists.flatMap(\.values), notValues: lists.flatMap(\.notValues))
            return (field: field, lists: both)
        }
        leftOut = []
        if exceptions.count == 1 {
            leftOut = leaving
            for index in leftOut.indices where leftOut[index].field == exceptions[0].field {
                leftOut[index].lists = AuthorizationPolicy.ValueLists(values: exceptions[0].lists.notValues)
            }
        }
        isNaming = names.contains { !$0.lists.values.isEmpty }
        own = (names + exceptions).map(\.field)
    }
}
