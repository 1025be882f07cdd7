/// Streams of one event loop that nobody uses. A class because the connections of the loop share it.
final class HTTP2StreamPool {
    @exclusivity(unchecked) private var idle: [HTTP2Stream] = []
    private let limits: RequestLimits
    private static let maximumIdle = 256
    /// One that has more memory is not kept, so that a crowd of large requests leaves nothing behind.
    private static let maximumBytes = 32 << 10

    init(limits: RequestLimits) {
        self.limits = limits
    }

    func take() -> HTTP2Stream { idle.popLast() ?? HTTP2Stream(limits: limits) }

    func giveBack(_ stream: HTTP2Stream) {
        if idle.count < Self.maximumIdle, stream.memoryBytes <= Self.maximumBytes { idle.append(stream) }
    }
}
