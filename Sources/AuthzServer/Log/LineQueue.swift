import Dispatch
import Synchronization

/// Lines on their way to a file or pipe that may be slow: whoever has one leaves it here and goes on, a thread of its own writes.
///
/// What waits is bounded; lines that come while it is full are dropped and counted. A class because many write to it.
package final class LineQueue: Sendable {
    private struct Line {
        let bytes: [UInt8]
        let isUrgent: Bool
    }

    private struct State {
        var lines: [Line] = []
        /// Of the lines that wait and of those being written.
        var bytes = 0
        var isClosed = false
    }

    /// How many lines could not be written, but for urgent ones.
    package var lostCount: Int { lost.load(ordering: .relaxed) }

    private let maximumBytes: Int
    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let end = DispatchSemaphore(value: 0)
    private let write: @Sendable ([UInt8]) -> Bool
    private let lost = Atomic(0)

    /// - Parameters:
    ///   - maximumBytes: Of all lines together.
    ///   - write: Called on one thread, with whole lines; it may wait. `false` where the line could not be written.
    package init(maximumBytes: Int = 8 << 20, write: @escaping @Sendable ([UInt8]) -> Bool) {
        self.maximumBytes = maximumBytes
        self.write = write
    }

    /// Starts to write. Until then lines wait.
    ///
    /// - Throws: Where no thread can be started.
    package func start() throws {
        try DetachedThread.start { [self] in
            while true {
                work.wait()
                let (lines, bytes, isClosed) = state.withLock { state in
                    defer { state.lines = [] }
                    return (state.lines, state.bytes, state.isClosed)
                }
                for line in lines where !write(line.bytes) && !line.isUrgent { lost.add(1, ordering: .relaxed) }
                state.withLock { $0.bytes -= bytes }
                if isClosed { break }
            }
            end.signal()
        }
    }

    /// Leaves a line. It waits for nobody who writes.
    ///
    /// - Parameter isUrgent: Has room where others have none any more: one in eight bytes is kept for such lines.
    /// - Returns: `false` where the line is dropped.
    @discardableResult
    package func offer(_ line: [UInt8], isUrgent: Bool = false) -> Bool {
        let limit = isUrgent ? maximumBytes : maximumBytes / 8 * 7
        let (isTaken, isFirst) = state.withLock { state -> (Bool, Bool) in
            guard !state.isClosed, state.bytes + line.count <= limit else { return (false, false) }
            state.lines.append(Line(bytes: line, isUrgent: isUrgent))
            state.bytes += line.count
            return (true, state.lines.count == 1)
        }
        if isFirst { work.signal() }
        return isTaken
    }

    /// Takes no more lines, and returns when those that wait are written, or after `timeout`. Blocks.
    package func close(within timeout: Duration) {
        state.withLock { $0.isClosed = true }
        work.signal()
        let milliseconds = Int(timeout / .milliseconds(1))
        _ = end.wait(timeout: .now() + .milliseconds(milliseconds))
    }
}
