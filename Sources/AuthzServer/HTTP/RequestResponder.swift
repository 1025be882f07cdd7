package import AuthzCore

/// Answers complete requests, whatever codec read them: that of the check listener, or that of the admin listener.
package protocol RequestResponder: Sendable {
    /// What it keeps for each event loop: buffers that are used again.
    associatedtype LoopState

    func makeLoopState() -> sending LoopState

    /// Fills the answer. It cannot fail: whatever goes wrong is an answer, and never one that allows.
    ///
    /// - Parameter intake: A request without a problem. Its contents may be used up.
    func respond(to intake: inout RequestIntake, in loop: inout LoopState, with answer: inout Answer)

    /// A request was refused for this before it was complete, and nobody else hears of it.
    func refused(for problem: RequestProblem, from peer: Peer, in loop: inout LoopState)

    /// Whether the body of this request is of any use, as its head tells. What is not kept costs no memory.
    func readsBody(of request: borrowing CheckRequest) -> Bool

    /// The gRPC method at this path; `nil` where there is none, and then the path is one of HTTP.
    func method(at path: Span<UInt8>) -> GRPCMethod?

    /// Whether a request to this path is one of HTTP, whatever it says of its content: a check over HTTP has the content type of the
    /// request that it is about.
    func servesHTTP(at path: Span<UInt8>) -> Bool

    /// Adds to the reply what one message of a call is answered with. For a method that stays open it is asked again, with the
    /// same message, whether there is news.
    func respond(
        to message: Span<UInt8>, of method: GRPCMethod, from peer: Peer, in loop: inout LoopState,
        with reply: inout GRPCReply)

    /// Answers a call that has no message which could be answered.
    func refuse(
        _ problem: CallProblem, of method: GRPCMethod, from peer: Peer, in loop: inout LoopState,
        with reply: inout GRPCReply)
}

extension RequestResponder {
    package func refused(for problem: RequestProblem, from peer: Peer, in loop: inout LoopState) {}

    package func readsBody(of request: borrowing CheckRequest) -> Bool { true }

    package func method(at path: Span<UInt8>) -> GRPCMethod? { nil }

    package func servesHTTP(at path: Span<UInt8>) -> Bool { true }

    package func respond(
        to message: Span<UInt8>, of method: GRPCMethod, from peer: Peer, in loop: inout LoopState,
        with reply: inout GRPCReply
    ) {
        reply.fail(.unimplemented, "unknown method")
    }

    package func refuse(
        _ problem: CallProblem, of method: GRPCMethod, from peer: Peer, in loop: inout LoopState,
        with reply: inout GRPCReply
    ) {
        reply.fail(problem.status, problem.text)
    }
}
