import Synchronization

/// A fixed number of counters, of which each event loop has its own copy: adding is one instruction that waits for nobody, and a
/// reader sums the copies. The sum is of no one moment, but no count is lost and none goes down.
///
/// A class because loops write it and scrapes read it. The memory is taken once and freed with it; copies begin 64 bytes apart, so
/// that two loops never share a cache line. More loops than stripes is right, too, and only slower.
package final class Counters: Sendable {
    /// How many copies there are; a power of two.
    static let stripes = 16
    /// Words of a cache line.
    private static let line = 8

    /// Words from one copy to the next.
    private let stride: Int
    package let count: Int
    private nonisolated(unsafe) let words: UnsafeMutablePointer<Atomic<Int>>

    package init(count: Int) {
        self.count = count
        stride = (count + 2 * Self.line - 1) / Self.line * Self.line
        words = .allocate(capacity: stride * Self.stripes)
        for index in 0..<stride * Self.stripes { (words + index).initialize(to: Atomic(0)) }
    }

    deinit {
        words.deinitialize(count: stride * Self.stripes)
        words.deallocate()
    }

    /// Adds to one of the counters.
    ///
    /// - Parameter loop: A number that other loops do not have.
    package func add(_ amount: Int = 1, to index: Int, loop: Int) {
        precondition(index >= 0 && index < count, "no such counter")
        words[(loop & (Self.stripes - 1)) * stride + index].add(amount, ordering: .relaxed)
    }

    /// The sum of all copies.
    package subscript(index: Int) -> Int {
        precondition(index >= 0 && index < count, "no such counter")
        var sum = 0
        for stripe in 0..<Self.stripes { sum &+= words[stripe * stride + index].load(ordering: .relaxed) }
        return sum
    }
}
