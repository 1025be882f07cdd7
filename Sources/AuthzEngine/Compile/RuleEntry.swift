import AuthzCore
import AuthzPolicy

/// One field of an entry of `from` or `to`, or a condition of `when`, with its values.
struct RuleEntry {
    var field: ConditionField
    var name: String
    var lists: AuthorizationPolicy.ValueLists
    var side: Program.TestSource.Side
    var index: Int

    init(_ condition: AuthorizationPolicy.Condition, index: Int) throws(ConditionField.KeyProblem) {
        field = try ConditionField(key: condition.key.value)
        name = condition.key.value
        lists = condition.lists
        side = .when
        self.index = index
    }

    private init(
        _ field: ConditionField, name: String, _ lists: AuthorizationPolicy.ValueLists,
        side: Program.TestSource.Side, index: Int
    ) {
        self.field = field
        self.name = name
        self.lists = lists
        self.side = side
        self.index = index
    }

    static func entries(of source: AuthorizationPolicy.SourceMatch, index: Int) -> [RuleEntry] {
        source.fields.map {
            RuleEntry(ConditionField($0.field), name: $0.field.rawValue, $0.lists, side: .from, index: index)
        }
    }

    static func entries(of operation: AuthorizationPolicy.OperationMatch, index: Int) -> [RuleEntry] {
        operation.fields.map {
            RuleEntry(ConditionField($0.field), name: $0.field.rawValue, $0.lists, side: .to, index: index)
        }
    }

    func values(isNegated: Bool) -> [Located<String>] { isNegated ? lists.notValues : lists.values }

    /// `paths` or `notPaths`; of a condition its key.
    func fieldName(isNegated: Bool) -> String {
        isNegated && side != .when ? AuthorizationPolicy.negated(name) : name
    }

    /// The field, or one of its values, as something that is left out.
    ///
    /// - Precondition: The list has values.
    func omission(_ reason: Omission.Reason, isNegated: Bool, _ value: Located<String>? = nil) -> Omission {
        Omission(
            reason: reason, side: side, entry: index, field: fieldName(isNegated: isNegated), value: value?.value,
            location: value?.location ?? values(isNegated: isNegated)[0].location)
    }
}

extension Omission.Reason {
    init(_ problem: UncompilableValue) {
        self =
            switch problem {
            case .notAnAddress: .notAnAddress
            case .notAPort: .notAPort
            }
    }
}
