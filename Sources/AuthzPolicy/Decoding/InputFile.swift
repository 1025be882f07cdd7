package import AuthzCore
import Glibc

/// Reads whole input files. Only regular files are opened for reading, so that no input can block or never end.
package enum InputFile {
    /// Why a file is not read.
    package struct Failure: Error {
        package enum Cause: Sendable, Equatable {
            case notRegular
            case tooLarge
            /// What the system says, in a few words.
            case unreadable(String)
        }

        /// As it was named.
        package var path: String
        package var cause: Cause

        package var code: DiagnosticCode { cause == .tooLarge ? .inputTooLarge : .unreadableInput }

        package var message: String {
            switch cause {
            case .notRegular: "\(path.quoted) is not a regular file"
            case .tooLarge: "the input has more than the \(DocumentParser.maximumBytes) bytes that are read"
            case .unreadable(let reason): "\(path.quoted) cannot be read: \(reason)"
            }
        }
    }

    package enum Kind: Equatable {
        case regular
        case folder
        case other
    }

    /// What a path leads to, symbolic links followed.
    package static func kind(of path: String) throws(Failure) -> Kind {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(path) }
        return kind(of: status)
    }

    /// The contents of a regular file of at most ``DocumentParser/maximumBytes`` bytes, and its identity on this host.
    package static func read(_ path: String) throws(Failure) -> (bytes: [UInt8], identity: FileIdentity) {
        // Without O_NONBLOCK opening a FIFO would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path) }
        guard kind(of: status) == .regular else {
            throw Failure(path: path, cause: .notRegular)
        }
        let identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        return (try read(descriptor, name: path), identity)
    }

    /// All that standard input has, up to ``DocumentParser/maximumBytes`` bytes.
    package static func readStandardInput() throws(Failure) -> [UInt8] {
        try read(STDIN_FILENO, name: "<stdin>")
    }

    private static func read(_ descriptor: Int32, name: String) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(name)
            }
            bytes += chunk[..<count]
            guard bytes.count <= DocumentParser.maximumBytes else {
                throw Failure(path: name, cause: .tooLarge)
            }
        }
    }

    /// The names in a folder, those that begin with a dot left out: Kubernetes mounts keep the files themselves in such
    /// folders, beside links to them.
    package static func names(in folder: String) throws(Failure) -> [String] {
        guard let stream = opendir(folder) else { throw failure(folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    /// The path without links and `..`; `nil` where there is nothing.
    package static func canonicalPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func kind(of status: stat) -> Kind {
        switch status.st_mode & S_IFMT {
        case S_IFREG: .regular
        case S_IFDIR: .folder
        default: .other
        }
    }

    private static func failure(_ path: String) -> Failure {
        let number = errno
        let reason =
            switch number {
            case ENOENT: "there is no such file"
            case EACCES, EPERM: "permission denied"
            case ELOOP: "too many symbolic links"
            default: String(cString: strerror(number)).lowercased()
            }
        return Failure(path: path, cause: .unreadable(reason))
    }
}

/// Which file it is, whatever its path.
package struct FileIdentity: Hashable {
    var device: UInt64
    var inode: UInt64
}
