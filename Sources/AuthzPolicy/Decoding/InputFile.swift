package import AuthzCore
import Glibc

/// Reads whole input files. Only regular files are opened for reading, so that no input can block or never end.
package enum InputFile {
    /// Why a file is not read.
    package struct Failure: Error {
        package enum Cause: Sendable, Equatable {
            case notRegular
            case tooLarge
            /// Not even a comment is in it.
            case empty
            /// What the system says, in a few words.
            case unreadable(String)
        }

        /// As it was named.
        package var path: String
        package var cause: Cause

        package var code: DiagnosticCode {
            switch cause {
            case .notRegular, .unreadable: .unreadableInput
            case .tooLarge: .inputTooLarge
            case .empty: .noResources
            }
        }

        package var message: String {
            switch cause {
            case .notRegular: "\(path.quoted) is not a regular file"
            case .tooLarge: "the input has more than the \(DocumentParser.maximumBytes) bytes that are read"
            case .empty: "\(path.quoted) is empty"
            case .unreadable(let reason): "\(path.quoted) cannot be read: \(reason)"
            }
        }

        package var hint: String? {
            cause == .empty ? "remove a file that is to hold nothing, or say so in a comment" : nil
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

    /// The same of a file that holds settings or policies, which an empty one does not: it is most likely being written, and to take
    /// it for what it is to say would lift whatever it forbids.
    package static func readNonEmpty(_ path: String) throws(Failure) -> (bytes: [UInt8], identity: FileIdentity) {
        let file = try read(path)
        guard file.bytes.contains(where: { !" \t\r\n".utf8.contains($0) }) else {
            throw Failure(path: path, cause: .empty)
        }
        return file
    }

    /// All that standard input has, up to ``DocumentParser/maximumBytes`` bytes. It is read once and remembered, so that a server
    /// can load its policies again.
    package static func readStandardInput() throws(Failure) -> [UInt8] {
        try standardInput.get()
    }

    private static let standardInput = Result { () throws(Failure) in try read(STDIN_FILENO, name: "<stdin>") }

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
        return try names(in: stream, of: folder)
    }

    /// The same of a folder that is open: all of its names, or an error.
    package static func names(in stream: OpaquePointer, of folder: String) throws(Failure) -> [String] {
        var names: [String] = []
        while true {
            // Only this tells an error from the end, and names that an error keeps back would be policies that are gone.
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        guard errno == 0 else { throw failure(folder) }
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
