import Synchronization

/// The state of reloading: written by the reloader, read by the admin listener. A class because they share it.
package final class ReloadBoard: Sendable {
    private let status: Mutex<ReloadStatus>

    package init(_ status: ReloadStatus = ReloadStatus(now: .now)) {
        self.status = Mutex(status)
    }

    package var current: ReloadStatus { status.withLock { $0 } }

    package func update(_ change: (inout ReloadStatus) -> Void) {
        status.withLock { change(&$0) }
    }
}
