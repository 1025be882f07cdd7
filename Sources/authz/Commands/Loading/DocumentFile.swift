import AuthzCore
import Foundation

/// Reads the requests, suites and key sets that are named on the command line or in a suite.
/// Only regular files, and standard input, which may be anything.
enum DocumentFile {
    /// The longest input that is read.
    private static let maximumBytes = 16 << 20

    /// The bytes of a file, or of standard input for `-`.
    ///
    /// - Parameter place: Where the path is written; `nil` on the command line, where the message points to the file itself.
    /// - Throws: One diagnostic that says why it cannot be read.
    static func read(_ path: String, namedAt place: SourceLocation? = nil) throws(InputError) -> [UInt8] {
        let location = place ?? SourceLocation(file: name(path), line: 1, column: 1)
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path, at: location) }
        defer { if path != "-" { close(descriptor) } }
        if path != "-", !isRegularFile(descriptor) { throw notRegular(path, at: location) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Foundation.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw unreadable(path, at: location)
            }
            bytes += chunk[..<count]
            guard bytes.count <= maximumBytes else {
                let message = "the input has more than the \(maximumBytes) bytes that are read"
                throw InputError([Diagnostic(.error, .inputTooLarge, at: location, message)])
            }
        }
    }

    /// The name of an input in messages.
    static func name(_ path: String) -> String {
        path == "-" ? "<stdin>" : path
    }

    private static func isRegularFile(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func notRegular(_ path: String, at location: SourceLocation) -> InputError {
        let message = "\(path.quoted) cannot be read: it is not a regular file"
        return InputError([Diagnostic(.error, .unreadableInput, at: location, message)])
    }

    private static func unreadable(_ path: String, at location: SourceLocation) -> InputError {
        let reason =
            switch errno {
            case ENOENT: "there is no such file"
            case EACCES, EPERM: "permission denied"
            case EISDIR: "it is a folder"
            case let number: String(cString: strerror(number)).lowercased()
            }
        let message = "\(path.quoted) cannot be read: \(reason)"
        return InputError([Diagnostic(.error, .unreadableInput, at: location, message)])
    }
}
