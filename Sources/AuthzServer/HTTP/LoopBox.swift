/// What the connections of one event loop share. A class because they do; it never leaves its loop, where one request is answered
/// at a time, so accesses cannot overlap and are not checked for it.
final class LoopBox<State> {
    @exclusivity(unchecked) var state: State
    @exclusivity(unchecked) var answer = Answer()
    @exclusivity(unchecked) var reply = GRPCReply()

    let streams: HTTP2StreamPool

    init(_ state: State, limits: RequestLimits) {
        self.state = state
        streams = HTTP2StreamPool(limits: limits)
    }
}
