import AuthzCore
import AuthzPolicy

/// Reads the requests, suites and key sets that are named on the command line or in a suite.
/// Only regular files, and standard input, which may be anything.
enum DocumentFile {
    /// The bytes of a file, or of standard input for `-`.
    ///
    /// - Parameter place: Where the path is written; `nil` on the command line, where the message points to the file itself.
    /// - Throws: One diagnostic that says why it cannot be read.
    static func read(_ path: String, namedAt place: SourceLocation? = nil) throws(InputError) -> [UInt8] {
        do throws(InputFile.Failure) {
            return path == "-" ? try InputFile.readStandardInput() : try InputFile.read(path).bytes
        } catch {
            let location = place ?? SourceLocation(file: name(path), line: 1, column: 1)
            throw InputError([Diagnostic(.error, error.code, at: location, message(error))])
        }
    }

    /// The name of an input in messages.
    static func name(_ path: String) -> String {
        path == "-" ? "<stdin>" : path
    }

    private static func message(_ failure: InputFile.Failure) -> String {
        guard failure.cause == .notRegular else { return failure.message }
        return "\(failure.path.quoted) cannot be read: it is not a regular file"
    }
}
