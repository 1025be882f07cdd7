import AuthzCore
import AuthzPolicy

/// A rule in the text of its policy, and the edits that can be made there.
struct RulePlace {
    let text: PolicyText
    private let rules: DocumentNode
    let rule: DocumentNode
    private let ordinal: Int
    let title: String
    /// Of the policy.
    private let namespace: String
    let slips: SlipFinder

    init?(_ policySet: PolicySet, _ rule: Program.Rule, _ slips: SlipFinder, in draft: PolicyDraft) {
        let policy = policySet.authorizationPolicies[Int(rule.policy)].reference
        guard let text = draft.text(of: policy.location.file),
            let rules = text.resource(at: policy.location)?["spec"]?["rules"],
            let node = rules.items[safe: Int(rule.ordinal)]
        else { return nil }
        self.text = text
        self.rules = rules
        self.rule = node
        ordinal = Int(rule.ordinal)
        namespace = policy.namespace
        self.slips = slips
        title = "\(policy.qualifiedName), rule \(ordinal + 1)"
    }

    /// Without `not`: `paths` of `notPaths`.
    static func positive(_ field: String) -> String {
        guard field.hasPrefix("not"), field.count > 3 else { return field }
        let rest = field.dropFirst(3)
        return rest.prefix(1).lowercased() + rest.dropFirst()
    }

    /// The list that a test was compiled from, and its name.
    func list(of test: Program.Test, _ source: Program.TestSource) -> (node: DocumentNode, name: String)? {
        switch source.side {
        case .from: rule["from"]?.items[safe: source.entry]?["source"]?[source.field].map { ($0, source.field) }
        case .to: rule["to"]?.items[safe: source.entry]?["operation"]?[source.field].map { ($0, source.field) }
        case .when:
            rule["when"]?.items[safe: source.entry]?[test.isNegated ? "notValues" : "values"].map {
                ($0, "\(source.field) \(test.isNegated ? "notValues" : "values")")
            }
        }
    }

    /// What else changes with a node: other rules that stand for it by an alias.
    func sharing(_ node: DocumentNode) -> String {
        let others = rules.items.indices.filter { $0 != ordinal && rules.items[$0].holds(node.location) }
        guard !others.isEmpty else { return "" }
        let numbers = others.map { "\($0 + 1)" }.joined(separator: ", ")
        return others.count == 1
            ? " and with it of rule \(numbers), which shares it" : " and with it of rules \(numbers), which share it"
    }

    /// The edits by which an ALLOW rule's test would hold.
    func mending(
        _ test: Program.Test, _ program: Program, _ values: WrittenValues, _ request: CheckRequest, _ facts: Facts,
        _ claims: VerifiedClaims
    ) -> [PolicyDraft.Edit] {
        let source = program.sources[Int(test.source)]
        if let edit = renaming(test, source, program, request, facts, claims) { return [edit] }
        // No value of its list is what is wrong.
        if claims.slip(of: test, in: program) != nil || slips.isMisplaced(test, request, facts, claims: claims) {
            return []
        }
        guard let (node, name) = list(of: test, source) else { return [] }
        if test.isNegated {
            return removals(test, program, source, node, name, request, facts, claims, caution: .allowing)
        }
        let found = slips.find(test, in: namespace, request, facts, claims: claims)
        if let edit = found.flatMap({ correction($0, node, name, key: source.field) }) { return [edit] }
        if found?.slip.isElsewhere ?? false { return [] }
        guard let value = values.value(of: Self.positive(source.field), test: test),
            let changed = text.appending(RuleWriter.quoted(value), to: node)
        else { return [] }
        return [
            PolicyDraft.Edit(
                sentence: "add \(value.quoted) to `\(name)` of \(title)\(sharing(node))", text: changed,
                breadth: found == nil ? 0 : PolicyDraft.Edit.slipBreadth)
        ]
    }

    /// What is meant in the place of a slip for it, which would only be in the way beside it.
    private func correction(
        _ found: SlipFinder.Found, _ node: DocumentNode, _ name: String, key: String
    ) -> PolicyDraft.Edit? {
        let others = found.slip.others
        // Beside other values a condition more would ask for more than is meant by those.
        if found.slip.areAllMeant, !others.isEmpty, node.items.count > 1 { return nil }
        // What is put behind the list leaves the places in it as they are.
        guard let meant = found.slip.meant, let item = node.items.first(where: { $0.isText(found.written) }),
            let longer = others.reversed().reduce(
                text as PolicyText?,
                {
                    found.slip.areAllMeant
                        ? $0?.asking(for: $1, of: key, in: rule) : $0?.appending(RuleWriter.quoted($1), to: node)
                }),
            let changed = longer.replacing(item, with: RuleWriter.quoted(meant))
        else { return nil }
        let written = ([meant] + others).map(\.quoted).joined(separator: " and ")
        let each = found.slip.areAllMeant && !others.isEmpty ? ", a condition each," : ""
        let start = "write \(written)\(each) for \(found.written.quoted)"
        if let beginning = found.slip.beginning, let all = replacing(beginning, in: node) {
            return PolicyDraft.Edit(
                sentence: "\(start) and so on in `\(name)` of \(title)\(sharing(node))", text: all,
                breadth: PolicyDraft.Edit.repairBreadth)
        }
        return PolicyDraft.Edit(
            sentence: "\(start) in `\(name)` of \(title)\(sharing(node))",
            text: changed, breadth: PolicyDraft.Edit.repairBreadth)
    }

    /// The list without the one value that fits the request.
    func removals(
        _ test: Program.Test, _ program: Program, _ source: Program.TestSource, _ node: DocumentNode, _ name: String,
        _ request: CheckRequest, _ facts: Facts, _ claims: VerifiedClaims, caution: Caution
    ) -> [PolicyDraft.Edit] {
        guard source.expansions.count == source.values.count else { return [] }
        let hits = source.values.indices.filter { index in
            var alone = test
            alone.isNegated = false
            alone.patterns = test.patterns.lowerBound + Int32(index)..<test.patterns.lowerBound + Int32(index) + 1
            return program.outcome(of: alone, for: request, facts, claims: claims, caution: caution) == .matches
        }
        guard hits.count == 1, let hit = hits.first, let changed = text.removing(hit, from: node) else { return [] }
        return [
            PolicyDraft.Edit(
                sentence: "take \(source.values[hit].value.quoted) out of `\(name)` of \(title)\(sharing(node))",
                text: changed, breadth: caution == .denying ? 5 : 0)
        ]
    }

    /// The edits by which a DENY rule would leave the request out.
    ///
    /// - Parameters:
    ///   - from: The entries of `from` that hold, by their place.
    ///   - to: Those of `to`.
    func exceptions(
        from: [Int], to: [Int], _ program: Program, _ compiled: Program.Rule, _ values: WrittenValues,
        _ request: CheckRequest, _ facts: Facts, _ claims: VerifiedClaims, isHTTP: Bool
    ) -> [PolicyDraft.Edit] {
        var edits: [PolicyDraft.Edit] = []
        for index in FieldTests.tests(of: compiled, in: program) {
            let test = program.tests[Int(index)]
            let source = program.sources[Int(test.source)]
            if let edit = renaming(test, source, program, request, facts, claims) { edits.append(edit) }
            guard let (node, name) = list(of: test, source) else { continue }
            guard test.isNegated else {
                edits += removals(test, program, source, node, name, request, facts, claims, caution: .denying)
                continue
            }
            if claims.slip(of: test, in: program) != nil || slips.isMisplaced(test, request, facts, claims: claims) {
                continue
            }
            let found = slips.find(test, in: namespace, request, facts, claims: claims)
            if let edit = found.flatMap({ correction($0, node, name, key: source.field) }) { edits.append(edit) }
            // What the rule excludes already: one more of it.
            guard let value = values.value(of: Self.positive(source.field), test: test),
                let changed = text.appending(RuleWriter.quoted(value), to: node)
            else { continue }
            edits.append(
                PolicyDraft.Edit(
                    sentence: "add \(value.quoted) to `\(name)` of \(title)\(sharing(node))", text: changed,
                    breadth: found == nil
                        ? Self.breadth[Self.positive(source.field)] ?? 6 : PolicyDraft.Edit.slipBreadth))
        }
        let asked = asked(by: compiled, program, values)
        let isOpen = { (field: String) in !asked.contains(Self.family(field)) }
        let operations = isHTTP ? ["paths", "methods", "hosts", "ports"] : ["ports"]
        edits += operations.filter(isOpen).compactMap { exception("to", "operation", to, $0, values) }
        let sources = ["principals", "ipBlocks"] + (isHTTP ? ["requestPrincipals"] : [])
        edits += sources.filter(isOpen).compactMap { exception("from", "source", from, $0, values) }
        let keys = ["source.ip", "destination.port", "source.principal"] + (isHTTP ? ["request.auth.principal"] : [])
        edits += keys.filter(isOpen).compactMap { condition($0, values) }
        if let changed = text.removing(ordinal, from: rules) {
            edits.append(PolicyDraft.Edit(sentence: "take out \(title)", text: changed, isWhole: true))
        }
        return edits
    }

    /// How much an exception by a field lets through: who asks is less than what is asked for by all.
    private static let breadth = [
        "requestPrincipals": 1, "request.auth.principal": 1, "principals": 2, "source.principal": 2, "paths": 3,
        "ipBlocks": 4, "source.ip": 4, "methods": 7, "ports": 8, "destination.port": 8, "hosts": 9,
    ]

    /// `notPaths: [value]` and its like, in the one entry that holds.
    func exception(
        _ side: String, _ inner: String, _ holding: [Int], _ field: String, _ values: WrittenValues
    ) -> PolicyDraft.Edit? {
        guard let value = values.value(of: field) else { return nil }
        let name = AuthorizationPolicy.negated(field)
        let quoted = RuleWriter.quoted(value)
        let changed: PolicyText?
        var sharing = ""
        if let entries = rule[side] {
            guard holding.count == 1, let entry = entries.items[safe: holding[0]]?[inner] else { return nil }
            sharing = self.sharing(entry)
            changed = entry[name].map { text.appending(quoted, to: $0) } ?? text.adding(name, "[\(quoted)]", to: entry)
        } else {
            let key = { (name: String) in text.isJSON ? "\"\(name)\"" : name }
            changed = text.adding(
                side, "[{\(key(inner)): {\(key(name)): [\(quoted)]}}]",
                block: ["- \(inner):", "    \(name): [\(quoted)]"], to: rule)
        }
        return changed.map {
            PolicyDraft.Edit(
                sentence: "add \(value.quoted) to `\(name)` of \(title)\(sharing)", text: $0,
                breadth: Self.breadth[field] ?? 6)
        }
    }

    /// A condition of the whole rule.
    private func condition(_ key: String, _ values: WrittenValues) -> PolicyDraft.Edit? {
        guard let value = values.value(of: key) else { return nil }
        let quoted = RuleWriter.quoted(value)
        let name = { (name: String) in text.isJSON ? "\"\(name)\"" : name }
        let flow = "{\(name("key")): \(RuleWriter.quoted(key)), \(name("notValues")): [\(quoted)]}"
        let block = ["key: \(key)", "notValues: [\(quoted)]"]
        let changed =
            rule["when"].map { text.appending(flow, block: block, to: $0) }
            ?? text.adding("when", "[\(flow)]", block: ["- \(block[0])", "  \(block[1])"], to: rule)
        return changed.map {
            PolicyDraft.Edit(
                sentence: "add \(value.quoted) to `\(key) notValues` of \(title)", text: $0,
                breadth: Self.breadth[key] ?? 6)
        }
    }
}

extension PolicyText {
    /// With one more condition of a rule.
    fileprivate func asking(for value: String, of key: String, in rule: DocumentNode) -> PolicyText? {
        let name = { (name: String) in isJSON ? "\"\(name)\"" : name }
        let quoted = RuleWriter.quoted(value)
        return rule["when"].flatMap {
            appending(
                "{\(name("key")): \(RuleWriter.quoted(key)), \(name("values")): [\(quoted)]}",
                block: ["key: \(key)", "values: [\(quoted)]"], to: $0)
        }
    }
}

extension DocumentNode {
    /// Whether it, or what is in it, is written at a place.
    fileprivate func holds(_ place: SourceLocation) -> Bool {
        if location == place { return true }
        return switch self {
        case .scalar: false
        case .sequence(let items, _): items.contains { $0.holds(place) }
        case .mapping(let entries, _): entries.contains { $0.value.holds(place) }
        }
    }
}
