/// An immutable hash table of runs of positions, by hashes that are random already. Open addressing, at most half full.
struct BucketTable: Sendable {
    private struct Slot: Sendable {
        var key: UInt64 = 0
        var start: Int32 = 0
        /// 0 where the slot is free.
        var count: Int32 = 0
    }

    private var slots: [Slot] = []
    private var positions: [Int32] = []

    var isEmpty: Bool { positions.isEmpty }

    /// - Parameter entries: Keys with positions; each run keeps the order of positions.
    init(_ entries: [(key: UInt64, position: Int32)]) {
        let sorted = entries.sorted { ($0.key, $0.position) < ($1.key, $1.position) }
        var capacity = 1
        while capacity < entries.count * 2 { capacity *= 2 }
        slots = [Slot](repeating: Slot(), count: entries.isEmpty ? 0 : capacity)
        var index = 0
        while index < sorted.count {
            var end = index
            while end < sorted.count, sorted[end].key == sorted[index].key {
                positions.append(sorted[end].position)
                end += 1
            }
            var slot = Int(truncatingIfNeeded: sorted[index].key) & (capacity - 1)
            while slots[slot].count > 0 { slot = (slot + 1) & (capacity - 1) }
            slots[slot] = Slot(key: sorted[index].key, start: Int32(index), count: Int32(end - index))
            index = end
        }
    }

    /// Where the positions of a key stand, in order; empty where there are none. Not the positions themselves: a slice of them is
    /// retained.
    @inline(__always)
    func run(of key: UInt64) -> Range<Int> {
        guard !slots.isEmpty else { return 0..<0 }
        var slot = Int(truncatingIfNeeded: key) & (slots.count - 1)
        while slots[slot].count > 0 {
            if slots[slot].key == key {
                let start = Int(slots[slot].start)
                return start..<start + Int(slots[slot].count)
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return 0..<0
    }

    /// A position in a run.
    subscript(place: Int) -> Int32 { positions[place] }
}
