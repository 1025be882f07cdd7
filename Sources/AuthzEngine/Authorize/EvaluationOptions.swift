/// What a decision is told beside policies and keys.
package struct EvaluationOptions: Sendable {
    /// The answer of CUSTOM providers other than this service, whom nobody asks here.
    package var customAnswer = Decision.Outcome.deny
    /// The longest token that is looked at.
    package var maximumTokenBytes = 16 * 1024
    /// Whether a request is let through where something inside fails. One that cannot be read is denied all the same.
    package var failsOpen = false

    package init() {}
}
