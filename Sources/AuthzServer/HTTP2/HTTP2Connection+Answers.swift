import AuthzCore

/// Answers of HTTP, and the end of what was held for a request.
extension HTTP2Connection {
    /// The rest of the request does not matter, and its body is not held any more.
    func answered(_ stream: HTTP2Stream) {
        if !stream.hasEnded, !stream.isAnswered { early.append(stream) }
        stream.isAnswered = true
        session.consume(stream.heldBytes)
        stream.heldBytes = 0
        heldHeaderBytes -= stream.heldHeaderBytes
        stream.heldHeaderBytes = 0
        stopWaiting(stream)
    }

    func refuse(_ stream: HTTP2Stream, _ problem: RequestProblem) {
        guard !stream.isAnswered else { return }
        if let method = stream.method { return refuse(stream, method, .request(problem)) }
        answered(stream)
        service.refuse(problem, from: peer) { answer in submit(answer, stream) }
        release(stream)
    }

    func submit(_ answer: borrowing Answer, _ stream: HTTP2Stream) {
        let hasBody = !answer.body.isEmpty && !stream.omitsBody
        if hasBody { append(answer.bytes.span.extracting(answer.body.range), to: stream) }
        stream.finish()
        session.submit(answer, stream, hasBody: hasBody)
    }
}
