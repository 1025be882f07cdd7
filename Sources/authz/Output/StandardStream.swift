import AuthzCore
import Foundation

/// Standard output or standard error, written without a buffer that could be lost.
///
/// A reader that goes away early ends nothing: what it no longer reads is dropped, and the exit status stays that of the answer.
/// A class, since all who write must see that the reader is gone.
final class StandardStream {
    /// How much of a text was written.
    enum Extent { case all, part, nothing }

    private let descriptor: Int32
    /// Whether tokens are written without their signatures.
    private let hidesSignatures: Bool
    private var isClosed = false
    /// Why not all could be written, such as a full disk; `nil` where it could, or where nobody reads any more.
    private(set) var failure: String?

    /// - Parameter hidesSignatures: False where a token, or the headers of a decision, are the answer.
    static func standardOutput(hidesSignatures: Bool = true) -> StandardStream {
        signal(SIGPIPE, SIG_IGN)
        return StandardStream(descriptor: STDOUT_FILENO, hidesSignatures: hidesSignatures)
    }

    /// Opens the null device where the process was started without one of the standard streams: whatever was opened next would be
    /// taken for it.
    static func openMissing() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest number that is free is the one that is missing.
            _ = open("/dev/null", O_RDWR)
        }
    }

    static func standardError() -> StandardStream {
        StandardStream(descriptor: STDERR_FILENO, hidesSignatures: true)
    }

    init(descriptor: Int32, hidesSignatures: Bool = false) {
        self.descriptor = descriptor
        self.hidesSignatures = hidesSignatures
    }

    var isTerminal: Bool { isatty(descriptor) == 1 }

    func write(_ text: String) {
        write(Array(text.utf8))
    }

    /// - Returns: How much of it was written; of what is masked, of the masked text.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Extent {
        let bytes = hidesSignatures ? SignatureMask.hidingSignatures(in: bytes) : bytes
        var written = 0
        while written < bytes.count, !isClosed {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                written += count
            } else if errno == EAGAIN {
                waitForReader()
            } else if errno != EINTR {
                isClosed = true
                if errno != EPIPE { failure = String(cString: strerror(errno)).lowercased() }
            }
        }
        return written == bytes.count ? .all : written == 0 ? .nothing : .part
    }

    /// Where whoever shares the descriptor has made it non-blocking, a full pipe is no failure.
    private func waitForReader() {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&request, 1, -1)
    }
}
