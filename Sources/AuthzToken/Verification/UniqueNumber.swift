internal import Synchronization

/// A number that no other of this process equals, given out in order.
struct UniqueNumber: Sendable, Hashable {
    private static let last = Atomic<UInt64>(0)

    let value: UInt64

    init() {
        value = Self.last.wrappingAdd(1, ordering: .relaxed).newValue
    }
}
