import Synchronization

/// The states of all key sets that change: written by those who fetch and read them, read by the admin listener. A class because
/// they share it.
package final class KeyStatusBoard: Sendable {
    private let statuses: Mutex<[KeySourceStatus]>

    package init(_ statuses: [KeySourceStatus] = []) {
        self.statuses = Mutex(statuses)
    }

    /// In the order of the sources.
    package var all: [KeySourceStatus] { statuses.withLock { $0 } }

    /// Whether each source has been asked at least once. True where there is none.
    package var allTried: Bool { statuses.withLock { $0.allSatisfy(\.hasBeenTried) } }

    package func update(_ index: Int, _ change: (inout KeySourceStatus) -> Void) {
        statuses.withLock { change(&$0[index]) }
    }
}
