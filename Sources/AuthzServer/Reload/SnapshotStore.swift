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

    /// Puts new keys in force, under the next generation. A set of the document that is in force already changes nothing, nor does
    /// one of a source that the policies do not name any more.
    ///
    /// - Parameter keySet: `nil` where the source has no keys any more.
    package func install(_ keySet: KeySet?, for name: KeySourceName) {
        snapshot.withLock { snapshot in
            let point = snapshot.point
            var keySets = point.keySets
            var isChanged = false
            for (index, other) in snapshot.keySourceNames.enumerated()
            where other == name && keySets[index]?.digest != keySet?.digest {
                keySets[index] = keySet
                isChanged = true
            }
            guard isChanged else { return }
            let next = DecisionPoint(
                policySet: point.policySet, keySets: keySets, options: point.options, generation: point.generation + 1)
            snapshot = ServedSnapshot(snapshot, point: next)
        }
    }

    /// Puts new policies in force, under the next generation, with the keys of the sources that stay.
    ///
    /// - Returns: What is in force now.
    @discardableResult
    package func replace(with candidate: ServedSnapshot) -> ServedSnapshot {
        snapshot.withLock { snapshot in
            snapshot = ServedSnapshot(candidate, after: snapshot)
            return snapshot
        }
    }
}
