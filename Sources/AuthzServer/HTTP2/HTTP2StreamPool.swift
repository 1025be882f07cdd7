/// Streams of one event loop that nobody uses. A class because the connections of the loop share it.
final class HTTP2StreamPool {
    private var idle: [HTTP2Stream] = []
    private let limits: RequestLimits
    /// Each keeps at most some 130 kB.
    private static let maximumIdle = 256

    init(limits: RequestLimits) {
        self.limits = limits
    }

    func take() -> HTTP2Stream { idle.popLast() ?? HTTP2Stream(limits: limits) }

    func giveBack(_ stream: HTTP2Stream) {
        if idle.count < Self.maximumIdle { idle.append(stream) }
    }
}
