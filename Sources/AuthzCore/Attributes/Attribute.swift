/// What is known of a fact that policies may read.
///
/// *Absent* is a fact like any other: a positive test of it is false and its `not…` form true. *Unknown* is what the
/// caller cannot carry or is not trusted to assert: an ALLOW rule that tests it does not match, and DENY and AUDIT rules
/// leave that test out.
@usableFromInline
package enum Attribute<Value: Sendable>: Sendable {
    case unknown
    case absent
    case known(Value)

    /// The value, or `nil` where it is absent or unknown.
    @inlinable package var value: Value? {
        if case .known(let value) = self { value } else { nil }
    }

    @inlinable package var isUnknown: Bool {
        if case .unknown = self { true } else { false }
    }
}

extension Attribute: Equatable where Value: Equatable {}
