import AuthzCore

/// What a call is answered with: messages, and how it ends. Used again for the next call of its event loop, and never copied, so that
/// who sends it reads it where it stands.
package struct GRPCReply: Sendable, ~Copyable {
    /// Each message behind its five-byte prefix.
    package private(set) var bytes: [UInt8] = []
    package private(set) var status = GRPCStatus.ok
    /// Printable ASCII, for people.
    package private(set) var message: StaticString = ""

    package init() {}

    package mutating func begin() {
        bytes.clear()
        status = .ok
        message = ""
    }

    /// Adds a message.
    ///
    /// - Parameter fill: Appends its bytes.
    package mutating func appendMessage(_ fill: (inout [UInt8]) -> Void) {
        let start = bytes.count
        bytes.append(contentsOf: [0, 0, 0, 0, 0])
        fill(&bytes)
        let count = bytes.count - start - 5
        for place in 0..<4 {
            bytes[start + 1 + place] = UInt8(truncatingIfNeeded: count >> (24 - 8 * place))
        }
    }

    /// Adds what most checks are answered with: a status of code 0 and an `ok_response`, both without anything. In one piece, and not
    /// from a stored table, which is asked for with a lock.
    mutating func appendBareAllow() {
        let message: InlineArray<9, UInt8> = [0, 0, 0, 0, 4, 0x0a, 0, 0x1a, 0]
        message.span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    /// Adds the messages to what a stream is to send.
    borrowing func write(to output: inout [UInt8]) {
        bytes.span.withUnsafeBufferPointer { output.append(contentsOf: $0) }
    }

    /// Ends the call without what has been added.
    package mutating func fail(_ status: GRPCStatus, _ message: StaticString) {
        bytes.clear()
        self.status = status
        self.message = message
    }
}
