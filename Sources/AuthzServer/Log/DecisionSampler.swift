import Synchronization

/// Chooses the allowing decisions that are logged, evenly: of any hundred in a row, as many as the share says, or one more or less.
/// A class because all event loops share the one sequence.
package final class DecisionSampler: Sendable {
    /// Of 2^32.
    private let threshold: UInt32
    private let isAll: Bool
    private let state = Atomic<UInt32>(0)

    /// - Parameter share: From 0 for none to 1 for all.
    package init(share: Double) {
        isAll = share >= 1
        threshold = UInt32(max(0, min(share, 1)) * Double(UInt32.max))
    }

    /// Whether the next one is logged. Multiples of the golden ratio fall evenly, however few are taken.
    func next() -> Bool {
        isAll || state.wrappingAdd(2_654_435_769, ordering: .relaxed).newValue < threshold
    }
}
