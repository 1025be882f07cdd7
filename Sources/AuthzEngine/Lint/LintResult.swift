/// The findings of a set of policies, with those that an annotation takes away.
package struct LintResult: Sendable {
    package struct Suppressed: Sendable {
        package var finding: LintFinding
        package var reason: String
    }

    package var findings: [LintFinding] = []
    package var suppressed: [Suppressed] = []
    package var notes: [LintNote] = []
}
