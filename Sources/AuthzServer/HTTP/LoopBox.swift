/// What the connections of one event loop share. A class because they do; it never leaves its loop.
final class LoopBox<State> {
    var state: State
    var answer = Answer()
    var reply = GRPCReply()

    let streams: HTTP2StreamPool

    init(_ state: State, limits: RequestLimits) {
        self.state = state
        streams = HTTP2StreamPool(limits: limits)
    }
}
