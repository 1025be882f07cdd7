/// Answers that a client does not read: how many there are, and the requests that wait for it to read them.
extension HTTP2Connection {
    func wait(_ stream: HTTP2Stream) {
        guard !stream.isAnswered else { return }
        stream.isWaiting = true
        waiting.append(stream)
    }

    /// Answers requests that waited until the client had taken other answers.
    ///
    /// - Returns: Whether there may be something to send.
    func goOn() -> Bool {
        guard !waiting.isEmpty, unreadBytes <= limits.maximumUnreadBytes else { return false }
        let ready = waiting.filter { $0.unreadBytes <= limits.maximumUnreadCallBytes }
        for stream in ready {
            stopWaiting(stream)
            if let method = stream.method, method.takesManyMessages { takeMessages(of: stream, method) }
            if stream.hasEnded { requestEnded(stream) }
        }
        return !ready.isEmpty
    }

    /// Adds to what a client is to read.
    func append(_ bytes: Span<UInt8>, to stream: HTTP2Stream) {
        stream.append(bytes)
        unreadBytes += bytes.count
    }

    func append(_ reply: borrowing GRPCReply, to stream: HTTP2Stream) {
        unreadBytes += stream.append(reply)
    }

    func stopWaiting(_ stream: HTTP2Stream) {
        guard stream.isWaiting else { return }
        stream.isWaiting = false
        waiting.removeAll { $0 === stream }
    }
}
