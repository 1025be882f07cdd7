import AuthzCore
import Foundation

/// Writes the files that are named on the command line.
///
/// Whoever reads such a file reads it for what was decided: tokens stand in it without their signatures, as on standard output.
enum OutputFile {
    /// Who reads a file, and whether one that is there is written over.
    enum Access {
        /// Everybody; written over.
        case anyone
        /// Its owner alone; written over.
        case owner
        /// Its owner alone; refused where there is one.
        case ownerOnce

        fileprivate var flags: Int32 { self == .ownerOnce ? O_EXCL : 0 }
        fileprivate var mode: mode_t { self == .anyone ? 0o644 : 0o600 }
    }

    /// Writes all of a file.
    ///
    /// - Parameters:
    ///   - sparing: Files that are left as they are, also where a link leads to one.
    ///   - hidesSignatures: False where a key is the answer.
    /// - Throws: One diagnostic that says why it cannot be written.
    static func write(
        _ bytes: [UInt8], to path: String, _ access: Access = .anyone, sparing: [String] = [],
        hidesSignatures: Bool = true
    ) throws(InputError) {
        let bytes = hidesSignatures ? SignatureMask.hidingSignatures(in: bytes) : bytes
        // Not emptied before it is known which file it is.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | access.flags, access.mode)
        guard descriptor >= 0 else { throw unwritable(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unwritable(path) }
        if status.st_mode & S_IFMT == S_IFREG {
            for other in sparing where FilePlace(other) == FilePlace(status) {
                throw unwritable(path, "it is the same file as \(other.quoted)")
            }
            if access != .anyone, fchmod(descriptor, access.mode) != 0 { throw unwritable(path) }
            guard ftruncate(descriptor, 0) == 0 else { throw unwritable(path) }
        }
        try write(bytes, to: descriptor, path)
    }

    /// Writes behind what a file has; one that is not there yet is made.
    ///
    /// - Throws: One diagnostic that says why it cannot be written.
    static func append(_ bytes: [UInt8], to path: String) throws(InputError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, Access.anyone.mode)
        guard descriptor >= 0 else { throw unwritable(path) }
        defer { close(descriptor) }
        try write(SignatureMask.hidingSignatures(in: bytes), to: descriptor, path)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(InputError) {
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

    private static func unwritable(_ path: String, _ reason: String? = nil) -> InputError {
        let reason = reason ?? String(cString: strerror(errno)).lowercased()
        let message = "\(path.quoted) cannot be written: \(reason)"
        return InputError([
            Diagnostic(.error, .unwritableOutput, at: SourceLocation(file: path, line: 1, column: 1), message)
        ])
    }
}
