import NIOCore

/// Allows so many events at once, and so many more each second.
struct TokenBucket {
    private let burst: Int64
    private let perSecond: Int64
    private var tokens: Int64
    private var filled: NIODeadline

    init(burst: Int, perSecond: Int, now: NIODeadline) {
        self.burst = Int64(burst)
        self.perSecond = Int64(perSecond)
        tokens = self.burst
        filled = now
    }

    /// Takes a token; `false` where none is left.
    mutating func take(at now: NIODeadline) -> Bool {
        if tokens == 0 { refill(at: now) }
        guard tokens > 0 else { return false }
        tokens -= 1
        return true
    }

    /// Adds tokens, but never above a full bucket.
    mutating func give(_ count: Int) {
        tokens = min(burst, tokens + Int64(count))
    }

    private mutating func refill(at now: NIODeadline) {
        // A minute fills any bucket worth having, and keeps the product small.
        let elapsed = min((now - filled).nanoseconds, 60_000_000_000)
        let new = elapsed * perSecond / 1_000_000_000
        guard new > 0 else { return }
        tokens = min(burst, new)
        filled = now
    }
}
