/// Finds the messages in the body of a call: each stands behind a byte that says whether it is compressed, and its length in four
/// bytes.
struct GRPCMessageSplitter {
    enum Next: Equatable {
        case message(Range<Int>)
        /// There is no whole message.
        case incomplete
        /// There will never be one.
        case failed(CallProblem)
    }

    static let prefixBytes = 5

    /// Where the next message begins.
    private(set) var offset = 0

    /// The next message in the body that has arrived so far.
    ///
    /// - Parameter maximumBytes: A message that says it is longer is refused before it has arrived.
    mutating func next(in body: Span<UInt8>, maximumBytes: Int) -> Next {
        guard body.count - offset >= Self.prefixBytes else { return .incomplete }
        guard body[offset] == 0 else { return .failed(body[offset] == 1 ? .messageCompressed : .messageUnreadable) }
        var count = 0
        for place in 1...4 { count = count << 8 | Int(body[offset + place]) }
        guard count <= maximumBytes else { return .failed(.messageTooLarge) }
        let start = offset + Self.prefixBytes
        guard body.count - start >= count else { return .incomplete }
        offset = start + count
        return .message(start..<start + count)
    }

    /// Begins anew behind the messages that were found.
    ///
    /// - Returns: How many bytes they took.
    mutating func dropMessages() -> Int {
        defer { offset = 0 }
        return offset
    }

    /// Whether part of a message has arrived.
    func hasRest(in body: Span<UInt8>) -> Bool { body.count > offset }
}
