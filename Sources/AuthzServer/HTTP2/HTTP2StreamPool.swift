/// Streams of one event loop that nobody uses. A class because the connections of the loop share it.
final class HTTP2StreamPool {
    /// Each with a reference that the pool owns. Handed on and taken back as they are: retains and releases of each stream stood out in a
    /// profile.
    @exclusivity(unchecked) private var idle: [Unmanaged<HTTP2Stream>] = []
    private let limits: RequestLimits
    private static let maximumIdle = 256
    /// One that has more memory is not kept, so that a crowd of large requests leaves nothing behind.
    static let maximumBytes = 32 << 10

    init(limits: RequestLimits) {
        self.limits = limits
    }

    deinit {
        for stream in idle { stream.release() }
    }

    /// The caller owns the reference until it gives it back.
    func take() -> Unmanaged<HTTP2Stream> { idle.popLast() ?? .passRetained(HTTP2Stream(limits: limits)) }

    func giveBack(_ stream: Unmanaged<HTTP2Stream>) {
        if idle.count < Self.maximumIdle, stream._withUnsafeGuaranteedRef({ $0.memoryBytes }) <= Self.maximumBytes {
            idle.append(stream)
        } else {
            stream.release()
        }
    }
}
