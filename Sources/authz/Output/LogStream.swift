import Foundation
import Synchronization

/// A descriptor that lines of a log go to. Each is tried anew: a disk that was full may have room again.
///
/// A class because it remembers whether a line was cut, from one call to the next.
final class LogStream: Sendable {
    private let descriptor: Int32
    private let isCut = Mutex(false)

    init(descriptor: Int32 = STDERR_FILENO) {
        // Where nobody reads any more a write is an error like others.
        signal(SIGPIPE, SIG_IGN)
        self.descriptor = descriptor
    }

    /// Writes a line, its line feed included, without the signatures of tokens. It may wait for a reader.
    ///
    /// - Returns: Whether all of it was written. Behind a line that was cut the next begins on a line of its own.
    func write(_ line: [UInt8]) -> Bool {
        isCut.withLock { isCut in
            let stream = StandardStream(descriptor: descriptor, hidesSignatures: true)
            switch stream.write(isCut ? [UInt8(ascii: "\n")] + line : line) {
            case .all:
                isCut = false
                return true
            case .part:
                isCut = true
                return false
            case .nothing: return false
            }
        }
    }
}
