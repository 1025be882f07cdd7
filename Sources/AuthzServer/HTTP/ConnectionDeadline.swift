import NIOCore

/// When a connection that sends nothing, or does not take its answers, is to be closed, and when a request takes too long to
/// arrive. It does no I/O.
///
/// A head that arrives byte by byte counts from its first byte.
struct ConnectionDeadline {
    /// What is due.
    enum Action: Equatable {
        case nothing
        case close
        /// The request that is being received has taken too long.
        case endRequest
    }

    private enum Phase {
        case idle(since: NIODeadline)
        case receiving(since: NIODeadline)
        /// Nothing is read or answered any more.
        case ending(since: NIODeadline)
    }

    private let requestTimeout: TimeAmount
    private let idleTimeout: TimeAmount
    private var phase: Phase
    /// Since when the client does not take what it is sent.
    private var blockedSince: NIODeadline?
    /// Time of the last bytes, or of the last look. What happens meanwhile happens then: clocks were read five times a request.
    private var now: NIODeadline

    init(limits: RequestLimits, now: NIODeadline) {
        requestTimeout = TimeAmount(limits.requestTimeout)
        idleTimeout = TimeAmount(limits.idleTimeout)
        // A connection counts as a request at first: one that never sends anything is not worth keeping.
        phase = .receiving(since: now)
        self.now = now
    }

    /// Whether bytes have come since the last request ended.
    private(set) var isReceiving = false

    /// How often to look: every quarter of the shorter time, so that no request needs a timer of its own.
    var interval: TimeAmount { .nanoseconds(max(min(requestTimeout, idleTimeout).nanoseconds / 4, 1_000_000)) }

    /// Bytes have come, before anything of them has been read.
    mutating func bytesCame(at now: NIODeadline) {
        self.now = now
        requestBegan()
    }

    /// The codec has seen a head or a part of one. Its bytes may have come together with the request before it.
    mutating func requestBegan() {
        if case .idle = phase { phase = .receiving(since: now) }
        isReceiving = true
    }

    /// The codec has seen the end of a request, and nothing of a next one yet.
    mutating func requestEnded() {
        phase = .idle(since: now)
        isReceiving = false
    }

    /// The last answer is on its way, and the connection ends once the client has taken it.
    mutating func lastAnswerWritten() {
        phase = .ending(since: now)
        isReceiving = false
    }

    /// The client takes what it is sent, or does not any more.
    mutating func writabilityChanged(to isWritable: Bool, at now: NIODeadline) {
        self.now = now
        blockedSince = isWritable ? nil : now
    }

    mutating func look(at now: NIODeadline) -> Action {
        self.now = now
        if let blockedSince, isLong(now - blockedSince) { return .close }
        switch phase {
        case .ending(let since) where isLong(now - since): return .close
        case .idle(let since) where now - since >= idleTimeout: return .close
        case .receiving(let since) where now - since >= requestTimeout:
            phase = .idle(since: now)
            return isReceiving ? .endRequest : .close
        case .idle, .receiving, .ending: return .nothing
        }
    }

    /// Whether a client that has not taken its answers in this time is not waited for.
    private func isLong(_ time: TimeAmount) -> Bool { time.nanoseconds / 4 >= requestTimeout.nanoseconds }
}
