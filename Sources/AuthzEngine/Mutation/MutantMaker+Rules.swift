import AuthzCore
import AuthzPolicy

extension MutantMaker {
    /// The mutants of an AuthorizationPolicy.
    mutating func mutate(_ policy: AuthorizationPolicy, _ index: Int) {
        let editor = MutatedPolicy(policy: policy, index: index)
        add(editor.mutant(.dropPolicy, "the policy is left out", nil))
        if let flipped = policy.action.flipped, !policy.rules.isEmpty {
            var result = policy
            result.action = flipped
            add(editor.mutant(.flipAction, "the action is \(flipped.rawValue)", result))
        }
        if policy.isDryRun {
            var result = policy
            result.isDryRun = false
            add(editor.mutant(.enforceDryRun, "the dry run is enforced", result))
        }
        for (attachment, operation, change) in Self.attachments(policy.attachment) {
            var result = policy
            result.attachment = attachment
            add(editor.mutant(operation, change, result))
        }
        for (ordinal, rule) in policy.rules.enumerated() {
            var result = policy
            result.rules.remove(at: ordinal)
            var mutant = editor.mutant(.dropRule, "the rule is left out", rule: ordinal, at: rule.location, result)
            mutant.droppedRule = ordinal + 1
            add(mutant)
            mutateSources(rule, ordinal, editor)
            mutateOperations(rule, ordinal, editor)
            mutateConditions(rule, ordinal, editor)
        }
    }

    private mutating func mutateSources(_ rule: AuthorizationPolicy.Rule, _ ordinal: Int, _ editor: MutatedPolicy) {
        guard let first = rule.from.first else { return }
        add(editor.mutant(.dropFrom, "`from` is left out", rule: ordinal, at: first.location) { $0.from = [] })
        for (entry, source) in rule.from.enumerated() {
            if rule.from.count > 1 {
                let change = "source \(entry + 1) is left out"
                add(
                    editor.mutant(.dropSource, change, rule: ordinal, at: source.location) { $0.from.remove(at: entry) }
                )
            }
            for (position, pair) in source.fields.enumerated() {
                let name = pair.field.rawValue
                mutateLists(pair.lists, "from", name, ordinal, isAlone: source.listCount == 1, editor) { rule, lists in
                    rule.from[entry].fields[position].lists = lists
                    rule.from[entry].fields.removeAll { $0.lists.isEmpty }
                }
                for (place, value) in pair.lists.values.enumerated() {
                    for (operation, other) in changes(of: value.value, in: pair.field) {
                        let change = "\(other.quoted) in the place of \(value.value.quoted) in from \(name)"
                        add(
                            editor.mutant(operation, change, rule: ordinal, at: value.location) {
                                $0.from[entry].fields[position].lists.values[place].value = other
                            })
                    }
                }
            }
        }
    }

    private mutating func mutateOperations(_ rule: AuthorizationPolicy.Rule, _ ordinal: Int, _ editor: MutatedPolicy) {
        guard let first = rule.to.first else { return }
        add(editor.mutant(.dropTo, "`to` is left out", rule: ordinal, at: first.location) { $0.to = [] })
        for (entry, operation) in rule.to.enumerated() {
            if rule.to.count > 1 {
                let change = "operation \(entry + 1) is left out"
                add(
                    editor.mutant(.dropOperation, change, rule: ordinal, at: operation.location) {
                        $0.to.remove(at: entry)
                    })
            }
            for (position, pair) in operation.fields.enumerated() {
                let name = pair.field.rawValue
                mutateLists(pair.lists, "to", name, ordinal, isAlone: operation.listCount == 1, editor) { rule, lists in
                    rule.to[entry].fields[position].lists = lists
                    rule.to[entry].fields.removeAll { $0.lists.isEmpty }
                }
                for (place, value) in pair.lists.values.enumerated() {
                    guard let (kind, other) = WiderValue.of(value.value, in: pair.field) else { continue }
                    let change = "\(other.quoted) in the place of \(value.value.quoted) in to \(name)"
                    add(
                        editor.mutant(kind, change, rule: ordinal, at: value.location) {
                            $0.to[entry].fields[position].lists.values[place].value = other
                        })
                }
            }
        }
    }

    private mutating func mutateConditions(_ rule: AuthorizationPolicy.Rule, _ ordinal: Int, _ editor: MutatedPolicy) {
        for (entry, condition) in rule.when.enumerated() {
            let key = condition.key.value
            add(
                editor.mutant(
                    .dropCondition, "the condition on \(key.quoted) is left out", rule: ordinal,
                    at: condition.key.location
                ) { $0.when.remove(at: entry) })
            let isAlone = condition.lists.values.isEmpty || condition.lists.notValues.isEmpty
            mutateLists(condition.lists, "when", key, ordinal, isAlone: isAlone, editor) { rule, lists in
                rule.when[entry].lists = lists
            }
        }
    }

    /// The mutants of a field that lack one of its lists, or one of several values of one.
    ///
    /// - Parameter isAlone: Whether without the list nothing would be left of what holds it; then that is dropped as a whole.
    private mutating func mutateLists(
        _ lists: AuthorizationPolicy.ValueLists, _ side: String, _ name: String, _ ordinal: Int, isAlone: Bool,
        _ editor: MutatedPolicy, _ put: (inout AuthorizationPolicy.Rule, AuthorizationPolicy.ValueLists) -> Void
    ) {
        for isNegated in [false, true] {
            let values = isNegated ? lists.notValues : lists.values
            guard let first = values.first else { continue }
            let negatedName =
                side == "when" ? "\(name) notValues" : "not\(name.prefix(1).uppercased())\(name.dropFirst())"
            let title = "\(side) \(isNegated ? negatedName : name)"
            if !isAlone {
                var rest = lists
                if isNegated { rest.notValues = [] } else { rest.values = [] }
                add(
                    editor.mutant(.dropField, "\(title) is left out", rule: ordinal, at: first.location) {
                        put(&$0, rest)
                    })
            }
            guard values.count > 1 else { continue }
            for (place, value) in values.enumerated() {
                var rest = lists
                if isNegated { rest.notValues.remove(at: place) } else { rest.values.remove(at: place) }
                let change = "\(value.value.quoted) is left out of \(title)"
                add(
                    editor.mutant(
                        isNegated ? .dropNotValue : .dropValue, change, rule: ordinal, at: value.location
                    ) { put(&$0, rest) })
            }
        }
    }

    private func changes(
        of value: String, in field: AuthorizationPolicy.SourceMatch.Field
    ) -> [(Mutant.Operation, String)] {
        var changes: [(Mutant.Operation, String)] = []
        if let wider = WiderValue.of(value, in: field) { changes.append(wider) }
        if let other = names.other(than: value, of: field) { changes.append((.swapPrincipal, other)) }
        return changes
    }
}

/// Makes mutants of one AuthorizationPolicy.
private struct MutatedPolicy {
    let policy: AuthorizationPolicy
    let index: Int

    func mutant(
        _ operation: Mutant.Operation, _ change: String, rule: Int? = nil, at location: SourceLocation? = nil,
        _ result: AuthorizationPolicy?
    ) -> Mutant {
        let reference = policy.reference
        return Mutant(
            operation: operation, policy: reference, rule: rule.map { $0 + 1 },
            location: location ?? reference.location,
            change: change, replacement: .authorization(index, result))
    }

    func mutant(
        _ operation: Mutant.Operation, _ change: String, rule: Int, at location: SourceLocation,
        _ edit: (inout AuthorizationPolicy.Rule) -> Void
    ) -> Mutant {
        var result = policy
        edit(&result.rules[rule])
        return mutant(operation, change, rule: rule, at: location, result)
    }
}

extension AuthorizationPolicy.Action {
    fileprivate var flipped: AuthorizationPolicy.Action? {
        switch self {
        case .allow: .deny
        case .deny: .allow
        case .audit, .custom: nil
        }
    }
}

extension AuthorizationPolicy.SourceMatch {
    /// How many lists of values it has.
    fileprivate var listCount: Int { fields.reduce(0) { $0 + $1.lists.listCount } }
}

extension AuthorizationPolicy.OperationMatch {
    /// How many lists of values it has.
    fileprivate var listCount: Int { fields.reduce(0) { $0 + $1.lists.listCount } }
}

extension AuthorizationPolicy.ValueLists {
    fileprivate var listCount: Int { (values.isEmpty ? 0 : 1) + (notValues.isEmpty ? 0 : 1) }
}
