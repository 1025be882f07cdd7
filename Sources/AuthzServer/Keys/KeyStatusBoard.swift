import Synchronization

/// The states of all key sets that change: written by those who fetch and read them, read by the admin listener. A class because
/// they share it.
package final class KeyStatusBoard: Sendable {
    private struct State {
        var statuses: [KeySourceStatus]
        var parts: [KeyStatusBoard] = []
        /// Whether all have been tried at once: then the server was ready, and a source that comes later does not change that.
        var wereAllTried = false
    }

    private let state: Mutex<State>

    package init(_ statuses: [KeySourceStatus] = []) {
        state = Mutex(State(statuses: statuses))
    }

    /// In the order of the sources, then those of the parts.
    package var all: [KeySourceStatus] {
        let (statuses, parts) = state.withLock { ($0.statuses, $0.parts) }
        return statuses + parts.flatMap(\.all)
    }

    /// Whether each source has been asked at least once, at this moment or at one before. True where there is none.
    package var allTried: Bool {
        if state.withLock({ $0.wereAllTried }) { return true }
        guard all.allSatisfy(\.hasBeenTried) else { return false }
        state.withLock { $0.wereAllTried = true }
        return true
    }

    package func update(_ index: Int, _ change: (inout KeySourceStatus) -> Void) {
        state.withLock { change(&$0.statuses[index]) }
    }

    /// Takes in other boards, in place of those before.
    package func setParts(_ parts: [KeyStatusBoard]) {
        state.withLock { $0.parts = parts }
    }
}
