/// Tokens that were verified, so that the same one need not be again. One for each event loop: readers never wait.
///
/// A token is found by all of its bytes, the requirements and the very key set that verified it, so a key that left the set
/// verifies nothing from that moment on; its times are checked at every hit. Only what was verified is kept. The number of tokens
/// and their bytes are bounded; of four places for a hash the next newcomer takes an expired token's, or that of one in turn.
struct TokenCache: Sendable {
    /// Places for one hash.
    private static let ways = 4
    /// A token that takes more is not kept.
    private static let maximumEntryBytes = 64 << 10

    private let bucketCount: Int
    private let maximumBytes: Int
    /// By place; 0 where nothing is kept.
    private var hashes: [UInt64] = []
    private var entries: [CachedToken?] = []
    /// The place that is emptied next where all tokens together take too much.
    private var hand = 0
    /// Which of the places for a hash goes next.
    private var turn = 0
    private(set) var byteCount = 0
    private(set) var hits = 0

    /// - Parameter capacity: How many tokens are kept, rounded up to a power of two.
    init(capacity: Int, maximumBytes: Int = 16 << 20) {
        var buckets = 1
        while buckets * Self.ways < capacity { buckets *= 2 }
        bucketCount = buckets
        self.maximumBytes = maximumBytes
    }

    /// The token, if it was verified under the same requirements and keys and its times permit.
    mutating func find(
        _ token: Span<UInt8>, hash: UInt64, _ requirements: UniqueNumber, _ keySet: UniqueNumber, now: Int64
    ) -> CachedToken? {
        guard !hashes.isEmpty else { return nil }
        for place in places(of: hash) where hashes[place] == hash {
            guard let entry = entries[place], entry.isOf(token, requirements, keySet) else { continue }
            guard entry.times.status(at: now) == nil else {
                remove(at: place)
                return nil
            }
            hits &+= 1
            return entry
        }
        return nil
    }

    mutating func insert(_ entry: CachedToken, hash: UInt64, now: Int64) {
        let byteCount = entry.byteCount
        guard byteCount <= Self.maximumEntryBytes else { return }
        if hashes.isEmpty {
            hashes = Array(repeating: 0, count: bucketCount * Self.ways)
            entries = Array(repeating: nil, count: bucketCount * Self.ways)
        }
        let places = places(of: hash)
        let place =
            places.first { hashes[$0] == 0 } ?? places.first { entries[$0]?.times.status(at: now) == .expired }
            ?? nextVictim(of: places)
        remove(at: place)
        hashes[place] = hash
        entries[place] = entry
        self.byteCount += byteCount
        while self.byteCount > maximumBytes {
            remove(at: hand)
            hand = (hand + 1) % hashes.count
        }
    }

    private mutating func nextVictim(of places: Range<Int>) -> Int {
        turn &+= 1
        return places.lowerBound + turn & (Self.ways - 1)
    }

    private mutating func remove(at place: Int) {
        guard let entry = entries[place] else { return }
        byteCount -= entry.byteCount
        hashes[place] = 0
        entries[place] = nil
    }

    private func places(of hash: UInt64) -> Range<Int> {
        // The lowest bit is always set.
        let bucket = Int(truncatingIfNeeded: hash >> 1) & (bucketCount - 1)
        return bucket * Self.ways..<(bucket + 1) * Self.ways
    }
}

extension TokenWorkspace {
    /// Puts what is remembered of a token in place of what the last one left. Allocates nothing.
    ///
    /// - Returns: Whether the token is remembered.
    mutating func restore(
        _ token: Span<UInt8>, _ requirements: TokenRequirements, _ keys: KeySet, now: Int64
    ) -> Bool {
        guard cache != nil else { return false }
        let hash = TokenHash.hash(token, requirements.identity.value, keys.identity.value)
        guard
            let entry = cache?.find(token, hash: hash, requirements.identity, keys.identity, now: now)
        else { return false }
        header = entry.header
        headerIsKnown = false
        claims = entry.claims
        payload = entry.payload
        return true
    }

    /// Remembers a token that has just been verified.
    mutating func remember(_ token: Span<UInt8>, _ requirements: TokenRequirements, _ keys: KeySet, now: Int64) {
        guard cache != nil else { return }
        let entry = CachedToken(
            token, requirements: requirements.identity, keySet: keys.identity, times: times, of: self)
        let hash = TokenHash.hash(token, requirements.identity.value, keys.identity.value)
        cache?.insert(entry, hash: hash, now: now)
    }
}
