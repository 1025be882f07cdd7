package import AuthzCore

/// The findings of a set of policies, with those that an annotation takes away.
package struct LintResult: Sendable {
    package struct Suppressed: Sendable {
        package var finding: LintFinding
        package var reason: String
    }

    package var findings: [LintFinding] = []
    package var suppressed: [Suppressed] = []
    /// Annotations that suppress nothing: of an unknown code, without a reason, or of what is not found.
    package var problems: [Diagnostic] = []
}
