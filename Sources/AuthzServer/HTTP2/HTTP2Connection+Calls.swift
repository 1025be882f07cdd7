import NIOCore

/// The calls of gRPC: from the messages in a body to those of the answer.
extension HTTP2Connection {
    func takeMessages(of stream: HTTP2Stream, _ method: GRPCMethod) {
        while true {
            if stream.unreadBytes > limits.maximumUnreadCallBytes || unreadBytes > limits.maximumUnreadBytes,
                method.takesManyMessages
            {
                dropMessages(of: stream)
                return wait(stream)
            }
            switch stream.splitter.next(
                in: stream.intake.body.span,
                maximumBytes: min(
                    method.maximumMessageBytes, requestLimits.maximumBodyBytes - GRPCMessageSplitter.prefixBytes))
            {
            case .incomplete:
                if method.takesManyMessages { dropMessages(of: stream) }
                return
            case .failed(let problem): return refuse(stream, method, problem)
            case .message(let range):
                stream.messageCount += 1
                stream.message = range
                if method.takesManyMessages { stream.began = now }
                if method.takesManyMessages { reply(to: range, of: stream, method) }
                guard !stream.isAnswered else { return }
            }
        }
    }

    /// Forgets the messages that are answered, so that a call may go on for long.
    private func dropMessages(of stream: HTTP2Stream) {
        let count = stream.splitter.dropMessages()
        guard count > 0 else { return }
        stream.intake.removeBody(first: count)
        stream.heldBytes -= count
        session.consume(count)
        session.consume(count, of: stream)
        if isDraining, isPausing(stream) { endOpenCalls() }
    }

    func callEnded(_ stream: HTTP2Stream, _ method: GRPCMethod) {
        if stream.splitter.hasRest(in: stream.intake.body.span) {
            return refuse(stream, method, .messageIncomplete)
        }
        guard !method.takesManyMessages else {
            answered(stream)
            finish(stream, .ok)
            return release(stream)
        }
        guard stream.messageCount == 1, let message = stream.message else {
            return refuse(stream, method, .notOneMessage)
        }
        answered(stream)
        // Before the answer: one that fails takes the body with it.
        if method.staysOpen { stream.watchedMessage = Array(stream.intake.body[message]) }
        reply(to: message, of: stream, method)
        if stream.isFinished { stream.watchedMessage = [] }
        if method.staysOpen, isDraining { endOpenCalls() }
        release(stream)
    }

    private func reply(to message: Range<Int>, of stream: HTTP2Stream, _ method: GRPCMethod) {
        var failure: (status: GRPCStatus, message: StaticString)?
        // INVARIANT: nothing in here changes the body that is read.
        service.reply(to: stream.intake.body.span.extracting(message), of: method, from: peer) { reply in
            guard reply.status == .ok else {
                failure = (reply.status, reply.message)
                return
            }
            take(reply, of: stream)
            if !method.takesManyMessages, !method.staysOpen { stream.finish(.ok) }
        }
        if let failure { return fail(stream, failure.status, failure.message) }
        if stream.hasOutput, !stream.isFinished || stream.status == .ok { sendOutput(of: stream) }
    }

    func take(_ reply: borrowing GRPCReply, of stream: HTTP2Stream) {
        if reply.status != .ok { return fail(stream, reply.status, reply.message) }
        append(reply, to: stream)
        if stream.method?.staysOpen == true { stream.lastMessage = reply.bytes }
    }

    func sendOutput(of stream: HTTP2Stream) {
        if !stream.hasSentHead {
            stream.hasSentHead = true
            session.submitCall(stream)
        } else if stream.isDeferred {
            stream.isDeferred = false
            session.resume(stream)
        }
    }

    /// Ends a call as its method says that it ends where it cannot be read.
    func refuse(_ stream: HTTP2Stream, _ method: GRPCMethod, _ problem: CallProblem) {
        guard !stream.isAnswered else { return }
        answered(stream)
        service.refuse(problem, of: method, from: peer) { reply in
            take(reply, of: stream)
            if reply.status == .ok { stream.finish(.ok) }
        }
        if stream.hasOutput, stream.status == .ok { sendOutput(of: stream) }
        release(stream)
    }

    func fail(_ stream: HTTP2Stream, _ status: GRPCStatus, _ message: StaticString) {
        answered(stream)
        finish(stream, status, message)
        release(stream)
    }

    func finish(_ stream: HTTP2Stream, _ status: GRPCStatus, _ message: StaticString = "") {
        guard !stream.isFinished else { return }
        stream.finish(status, message)
        if stream.hasSentHead {
            sendOutput(of: stream)
        } else {
            stream.hasSentHead = true
            session.submitEnd(stream, status, message)
        }
    }
}
