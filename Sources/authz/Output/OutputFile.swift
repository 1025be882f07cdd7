import AuthzCore
import Foundation

/// Writes the files that are named on the command line.
enum OutputFile {
    /// Writes all of a file.
    ///
    /// - Parameter isSecret: Readable by its owner alone, and never written over.
    /// - Throws: One diagnostic that says why it cannot be written.
    static func write(_ bytes: [UInt8], to path: String, isSecret: Bool = false) throws(InputError) {
        let descriptor = open(
            path, O_WRONLY | O_CREAT | O_CLOEXEC | (isSecret ? O_EXCL : O_TRUNC), isSecret ? 0o600 : 0o644)
        guard descriptor >= 0 else { throw unwritable(path) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                throw unwritable(path)
            }
        }
    }

    private static func unwritable(_ path: String) -> InputError {
        let reason = String(cString: strerror(errno)).lowercased()
        let message = "\(path.quoted) cannot be written: \(reason)"
        return InputError([
            Diagnostic(.error, .unreadableInput, at: SourceLocation(file: path, line: 1, column: 1), message)
        ])
    }
}
