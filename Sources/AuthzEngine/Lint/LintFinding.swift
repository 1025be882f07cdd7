package import AuthzCore
package import AuthzPolicy

/// Something that policies do and that nobody is likely to want, with the requests that prove it.
package struct LintFinding: Sendable {
    /// A request that was executed against the policies, and what it got.
    package struct Proof: Sendable {
        /// What the request is for, such as `is denied, as it is meant to be`.
        package var remark: String
        package var document: RequestDocument
        package var report: DecisionReport
    }

    package var code: LintCode
    package var policy: PolicyReference
    /// From 1; `nil` where it is about the policy as a whole.
    package var rule: Int?
    /// Of the value, the rule or the policy.
    package var location: SourceLocation
    /// One sentence in lower case without a full stop.
    package var message: String
    /// What to write instead.
    package var hint: String
    /// The last one is what the finding is about. At least one, but for what is said of annotations, which no request could prove.
    package var proofs: [Proof]

    package var severity: Diagnostic.Severity { code.severity }

    /// `namespace/name`, with the rule.
    package var title: String { policy.qualifiedName + (rule.map { ", rule \($0)" } ?? "") }
}
