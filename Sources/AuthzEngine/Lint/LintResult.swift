package import AuthzCore

/// The findings of a set of policies, with those that an annotation takes away.
package struct LintResult: Sendable {
    package struct Suppressed: Sendable {
        package var finding: LintFinding
        package var reason: String
    }

    /// What was said where the policies were read, and does not count.
    package struct SuppressedDiagnostic: Sendable {
        package var diagnostic: Diagnostic
        package var reason: String
    }

    package var findings: [LintFinding] = []
    package var suppressed: [Suppressed] = []
    package var notes: [LintNote] = []
    /// What was said where the policies were read: warnings, or errors where they cannot be.
    package var diagnostics: [Diagnostic] = []
    package var suppressedDiagnostics: [SuppressedDiagnostic] = []

    /// The result for policies that cannot be read, or before anything is found.
    package init(notes: [LintNote] = [], diagnostics: [Diagnostic] = []) {
        self.notes = notes
        self.diagnostics = diagnostics
    }

    /// Whether nothing was looked into, as the policies cannot be read.
    package var isUnread: Bool { diagnostics.contains { $0.severity == .error } }
}
