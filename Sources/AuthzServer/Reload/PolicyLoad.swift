package import AuthzCore
package import AuthzEngine

/// What loading policies gives: a snapshot that is not in force yet, and what is odd about it.
package struct PolicyLoad: Sendable {
    /// Loads the policies again. Blocks.
    ///
    /// - Parameter previous: The policy set in force, from which what is the same is taken over.
    /// - Throws: Everything that is wrong.
    package typealias Loader = @Sendable (_ previous: PolicySet) throws(InputError) -> PolicyLoad

    package var snapshot: ServedSnapshot
    package var warnings: [Diagnostic]

    package init(snapshot: ServedSnapshot, warnings: [Diagnostic]) {
        self.snapshot = snapshot
        self.warnings = warnings
    }
}
