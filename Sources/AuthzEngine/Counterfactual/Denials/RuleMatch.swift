import AuthzCore
import AuthzPolicy

/// An entry of `from` or `to`.
protocol RuleMatch {
    associatedtype Field: CaseIterable, Equatable, RawRepresentable<String>

    var fields: [(field: Field, lists: AuthorizationPolicy.ValueLists)] { get set }
    var location: SourceLocation { get }
}

extension AuthorizationPolicy.SourceMatch: RuleMatch {}
extension AuthorizationPolicy.OperationMatch: RuleMatch {}

extension RuleMatch {
    /// With the fields of another one that it does not have itself, in the order of the fields.
    func adding(_ others: [(field: Field, lists: AuthorizationPolicy.ValueLists)]) -> Self {
        var result = self
        let all = fields + others
        result.fields = Field.allCases.compactMap { name in all.first { $0.field == name } }
        return result
    }

    /// Both as one entry; `nil` where they name the same field.
    func joined(_ other: Self) -> Self? {
        let joined = adding(other.fields)
        return joined.fields.count == fields.count + other.fields.count ? joined : nil
    }
}
