import AuthzServer
import Synchronization

/// Takes the lines of a log. A class because a thread writes to it.
final class LineRecorder: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    /// - Returns: Whether it was taken, which it is.
    @discardableResult
    func add(_ line: [UInt8]) -> Bool {
        bytes.withLock { $0 += line }
        return true
    }

    /// All lines of a queue that writes here; it takes no more from then on.
    func lines(of queue: LineQueue) -> [String] {
        queue.close(within: .seconds(30))
        return bytes.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n").map(String.init)
    }
}
