import AuthzEngine
package import AuthzToken
import Synchronization

/// Holds the snapshot in force. Readers take it once for each request; a new one takes its place whole. A class because
/// readers and writers share it.
package final class SnapshotStore: Sendable {
    private let snapshot: Mutex<ServedSnapshot>

    package init(_ snapshot: ServedSnapshot) {
        self.snapshot = Mutex(snapshot)
    }

    package var current: ServedSnapshot { snapshot.withLock { $0 } }

    /// Puts new keys in force, under the next generation.
    ///
    /// - Parameters:
    ///   - keySet: `nil` where the sources have no keys any more.
    ///   - sources: Places in the key sources of the policy set.
    package func install(_ keySet: KeySet?, for sources: [Int]) {
        snapshot.withLock { snapshot in
            let point = snapshot.point
            var keySets = point.keySets
            for source in sources { keySets[source] = keySet }
            snapshot = ServedSnapshot(
                point: DecisionPoint(
                    policySet: point.policySet, keySets: keySets, options: point.options,
                    generation: point.generation + 1),
                defaultWorkload: snapshot.defaultWorkload, demand: snapshot.demand)
        }
    }
}
