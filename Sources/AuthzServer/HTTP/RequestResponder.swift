/// Answers complete requests, whatever codec read them: that of the check listener, or that of the admin listener.
package protocol RequestResponder: Sendable {
    /// What it keeps for each event loop: buffers that are used again.
    associatedtype LoopState

    func makeLoopState() -> sending LoopState

    /// Fills the answer. It cannot fail: whatever goes wrong is an answer, and never one that allows.
    ///
    /// - Parameter intake: A request without a problem. Its contents may be used up.
    func respond(to intake: inout RequestIntake, in loop: inout LoopState, with answer: inout Answer)
}
