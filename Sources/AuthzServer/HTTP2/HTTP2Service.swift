/// Answers the requests of HTTP/2 connections of one event loop: a ``RequestResponder`` with its buffers, whatever its type.
protocol HTTP2Service: AnyObject {
    func method(at path: Span<UInt8>) -> GRPCMethod?
    func servesHTTP(at path: Span<UInt8>) -> Bool
    func answer(_ intake: inout RequestIntake, _ send: (borrowing Answer) -> Void)
    func refuse(_ problem: RequestProblem, from peer: Peer, _ send: (borrowing Answer) -> Void)
    func reply(to message: Span<UInt8>, of method: GRPCMethod, from peer: Peer, _ send: (borrowing GRPCReply) -> Void)
    func refuse(_ problem: CallProblem, of method: GRPCMethod, from peer: Peer, _ send: (borrowing GRPCReply) -> Void)
}

/// A class because it holds what the connections of an event loop share.
final class ResponderService<Responder: RequestResponder>: HTTP2Service {
    private let responder: Responder
    private let loop: LoopBox<Responder.LoopState>

    init(responder: Responder, loop: LoopBox<Responder.LoopState>) {
        self.responder = responder
        self.loop = loop
    }

    func method(at path: Span<UInt8>) -> GRPCMethod? { responder.method(at: path) }

    func servesHTTP(at path: Span<UInt8>) -> Bool { responder.servesHTTP(at: path) }

    func answer(_ intake: inout RequestIntake, _ send: (borrowing Answer) -> Void) {
        responder.respond(to: &intake, in: &loop.state, with: &loop.answer)
        send(loop.answer)
    }

    func refuse(_ problem: RequestProblem, from peer: Peer, _ send: (borrowing Answer) -> Void) {
        responder.refused(for: problem, from: peer, in: &loop.state)
        loop.answer.begin(status: problem.status, text: problem.text)
        send(loop.answer)
    }

    func reply(
        to message: Span<UInt8>, of method: GRPCMethod, from peer: Peer, _ send: (borrowing GRPCReply) -> Void
    ) {
        loop.reply.begin()
        responder.respond(to: message, of: method, from: peer, in: &loop.state, with: &loop.reply)
        send(loop.reply)
    }

    func refuse(
        _ problem: CallProblem, of method: GRPCMethod, from peer: Peer, _ send: (borrowing GRPCReply) -> Void
    ) {
        loop.reply.begin()
        responder.refuse(problem, of: method, from: peer, in: &loop.state, with: &loop.reply)
        send(loop.reply)
    }
}
