import Synchronization

/// Tells running fetches that nobody waits for them any more. A class because both sides hold the one flag.
package final class CancellationFlag: Sendable {
    private let isSet = Atomic(false)

    package init() {}

    /// Once set, it stays set.
    package func set() {
        isSet.store(true, ordering: .relaxed)
    }

    package var isCancelled: Bool { isSet.load(ordering: .relaxed) }
}
