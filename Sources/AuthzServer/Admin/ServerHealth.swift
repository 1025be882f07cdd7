import Synchronization

/// Whether the server is stopping. A class because the server writes it and the admin listener reads it.
package final class ServerHealth: Sendable {
    private let draining = Atomic(false)

    package init() {}

    package var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// From here on the server is not ready.
    package func beginDraining() {
        draining.store(true, ordering: .relaxed)
    }
}
