import AuthzCore
import Foundation

/// Standard output or standard error, written without a buffer that could be lost.
///
/// A reader that goes away early ends nothing: what it no longer reads is dropped, and the exit status stays that of the answer.
/// A class, since all who write must see that the reader is gone.
final class StandardStream {
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

    func write(_ bytes: [UInt8]) {
        let bytes = hidesSignatures ? SignatureMask.hidingSignatures(in: bytes) : bytes
        var written = 0
        while written < bytes.count, !isClosed {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                isClosed = true
                if errno != EPIPE { failure = String(cString: strerror(errno)).lowercased() }
            }
        }
    }
}
