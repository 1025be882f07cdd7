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

    /// Compared as memory, which an array is not.
    static func == (left: WorkloadKey, right: WorkloadKey) -> Bool {
        left.source == right.source && left.bytes.count == right.bytes.count
            && left.bytes.withUnsafeBytes { left in
                right.bytes.withUnsafeBytes { right in
                    guard let first = left.baseAddress, let second = right.baseAddress else { return true }
                    return ByteClass.areEqual(first, second, count: left.count)
                }
            }
    }

    private(set) var source = WorkloadSource.listener
    private(set) var bytes: [UInt8] = []

    /// Starts over, and keeps the memory.
    mutating func begin(_ form: Form, _ source: WorkloadSource) {
        self.source = source
        if !bytes.isEmpty { bytes.removeAll(keepingCapacity: bytes.capacity <= 64 << 10) }
        bytes.append(form.rawValue)
    }

    mutating func append(_ slice: ByteSlice, of request: borrowing CheckRequest) {
        withUnsafeBytes(of: slice.count.littleEndian) { bytes.append(contentsOf: $0) }
        request.storage.span.extracting(slice.range).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }
}
