/// What could not be looked into, or is only suspected. No request proves it, so it is no finding, and never fails a run.
package struct LintNote: Sendable, Equatable {
    /// The policy that it is about; `nil` where it is about the set.
    package var policy: PolicyReference?
    /// One sentence in lower case without a full stop.
    package var message: String
    /// What to do about it.
    package var hint: String
}
