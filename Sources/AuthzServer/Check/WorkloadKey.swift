import AuthzCore
import AuthzEngine

/// What names a workload, as bytes that nothing else makes: which question it is, then each text behind its length. Whoever asks for
/// one workload so can never be given the answer to another's question.
struct WorkloadKey: Equatable {
    /// How the texts are read.
    enum Form: UInt8 {
        /// One name.
        case name
        case namespace
        /// A namespace, and labels in one text.
        case labelText
        /// A principal, and names and values of labels by turns.
        case labels
    }

    private(set) var source = WorkloadSource.listener
    private(set) var bytes: [UInt8] = []

    /// Starts over, and keeps the memory.
    mutating func begin(_ form: Form, _ source: WorkloadSource) {
        self.source = source
        bytes.removeAll(keepingCapacity: bytes.capacity <= 64 << 10)
        bytes.append(form.rawValue)
    }

    mutating func append(_ slice: ByteSlice, of request: borrowing CheckRequest) {
        for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: slice.count >> shift)) }
        bytes.append(contentsOf: request.storage[slice.range])
    }
}
