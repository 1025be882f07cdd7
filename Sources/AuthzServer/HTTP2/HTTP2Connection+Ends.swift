/// How requests end before their streams do: their memory, and those of their clients that go on.
extension HTTP2Connection {
    /// Gives up the memory of a request whose answer is made. Its window is given back, so that the client may send more, and the
    /// stream stays open for as long as the client does not take the answer.
    func release(_ stream: HTTP2Stream) {
        guard stream.keptBytes == 0 else { return }
        let count = stream.intake.memoryBytes
        guard count <= HTTP2StreamPool.maximumBytes, keptBytes + count <= limits.maximumKeptBytes else {
            stream.intake = RequestIntake(limits: requestLimits)
            return
        }
        // For the next request on it: in nearly all cases the stream closes at once.
        stream.keptBytes = count
        keptBytes += count
    }

    /// How much memory the requests of all open streams have.
    var memoryBytes: Int { openStreams.reduce(0) { $0 + $1.memoryBytes } }

    /// Tells clients that have their whole answer, and go on sending the request, that nobody reads it (RFC 9113 §8.1). All that
    /// is queued has gone out: a reset would take it with it.
    ///
    /// - Returns: Whether there is something to send.
    func resetEarly() -> Bool {
        var isReset = false
        early.removeAll { stream in
            guard stream.isSent else { return false }
            session.reset(stream, .none)
            isReset = true
            return true
        }
        return isReset
    }

    /// Ends the calls that would stay open for as long as their clients like.
    func endOpenCalls() {
        for stream in openStreams where !stream.isFinished {
            guard let method = stream.method, method.staysOpen ? stream.isAnswered : isPausing(stream) else { continue }
            fail(stream, .unavailable, "the connection is ending")
        }
    }

    /// Whether a call has been answered so far and may ask further.
    func isPausing(_ stream: HTTP2Stream) -> Bool {
        guard stream.method?.takesManyMessages == true, stream.messageCount > 0, !stream.isAnswered else {
            return false
        }
        let body = stream.intake.body
        return !stream.splitter.hasRest(in: body.span)
    }
}
