import NIOCore

extension ChannelHandlerContext {
    /// Ends our side once all that was written has been taken by the client, and the connection so long after that.
    ///
    /// Until the client has taken it, what bounds the connection is its deadline, or the end of a drain.
    func endOutput(thenCloseAfter patience: TimeAmount) {
        let (channel, loop) = (channel, eventLoop)
        let promise = loop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { _ in
            loop.scheduleTask(in: patience) { channel.close(promise: nil) }
        }
        close(mode: .output, promise: promise)
    }
}
