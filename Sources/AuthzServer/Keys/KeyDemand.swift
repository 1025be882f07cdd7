import Synchronization

/// The sources of keys that tokens asked for in vain. A class because requests write it and the refresher reads it.
///
/// Noting takes neither memory nor a lock, and under a flood of such tokens it only reads: the mark is there already.
package final class KeyDemand: Sendable {
    private final class Mark: Sendable {
        let isSet = Atomic(false)
    }

    private let marks: [Mark]

    /// - Parameter count: Of the key sources of a policy set.
    package init(count: Int) {
        marks = (0..<count).map { _ in Mark() }
    }

    /// A token named a key that this source lacks.
    package func note(_ source: Int) {
        let mark = marks[source]
        if !mark.isSet.load(ordering: .relaxed) { mark.isSet.store(true, ordering: .relaxed) }
    }

    /// Whether it was noted since the last call.
    package func take(_ source: Int) -> Bool {
        marks[source].isSet.exchange(false, ordering: .relaxed)
    }
}
