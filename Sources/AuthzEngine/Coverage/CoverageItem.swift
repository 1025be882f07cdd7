package import AuthzCore

/// A part of a policy that a case can put to the test.
package struct CoverageItem: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case policy, rule, value
    }

    package var kind: Kind
    package var policy: PolicyReference
    /// From 1; `nil` for a policy as a whole and for modes.
    package var rule: Int?
    /// Of a value: `to paths`, `from notPrincipals`, `when source.ip notValues`, `audiences`, `mtls.mode`.
    package var field: String?
    package var value: String?
    package var location: SourceLocation

    /// Such as ``production/api-access, rule 1, to paths `/health` ``.
    package var title: String {
        var text = policy.qualifiedName
        if let rule { text += ", rule \(rule)" }
        if let field, let value { text += ", \(field) \(value.quoted)" }
        return text
    }
}
