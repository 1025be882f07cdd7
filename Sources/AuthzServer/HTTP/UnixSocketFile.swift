import Glibc

/// The file of a Unix socket that this process listens on.
struct UnixSocketFile: Sendable, Equatable {
    private let path: String
    private let device: dev_t
    private let inode: ino_t

    /// Who may connect: owner and group may write.
    static let mode: mode_t = 0o660

    /// Makes a socket at the path that nobody can connect to yet, since it does not listen.
    ///
    /// What an earlier process left is removed if it is a socket on which nobody listens. The permissions are those of ``mode``
    /// before the first connection, whatever the umask.
    ///
    /// - Returns: The file, and the descriptor, which is the caller's to close.
    static func bind(_ path: String, at address: ListenAddress) throws(ListenError) -> (UnixSocketFile, Int32) {
        try removeStale(path, at: address)
        let descriptor = try makeSocket(at: address)
        do throws(ListenError) {
            guard withAddress(of: path, { Glibc.bind(descriptor, $0, $1) }) == 0 else { throw failure(at: address) }
            guard chmod(path, mode) == 0, let file = UnixSocketFile(path) else {
                let error = failure(at: address)
                unlink(path)
                throw error
            }
            return (file, descriptor)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Removes the file unless another process has put its own there.
    func remove() {
        if Self(path) == self { unlink(path) }
    }

    private init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.path = path
        device = status.st_dev
        inode = status.st_ino
    }

    private static func removeStale(_ path: String, at address: ListenAddress) throws(ListenError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw failure(at: address) }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(address) }
        let descriptor = try makeSocket(at: address)
        defer { close(descriptor) }
        guard withAddress(of: path, { connect(descriptor, $0, $1) }) != 0 else { throw .portInUse(address) }
        switch errno {
        case ECONNREFUSED: break
        // Its queue is full, or it is no stream socket: somebody has it.
        case EAGAIN, EPROTOTYPE, EINPROGRESS: throw .portInUse(address)
        default: throw failure(at: address)
        }
        guard unlink(path) == 0 || errno == ENOENT else { throw failure(at: address) }
    }

    private static func makeSocket(at address: ListenAddress) throws(ListenError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw failure(at: address) }
        return descriptor
    }

    /// - Parameter path: Of at most ``ListenAddress/maximumPathBytes`` bytes.
    private static func withAddress(
        of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { room in
            room.copyBytes(from: path.utf8.prefix(ListenAddress.maximumPathBytes))
        }
        return withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func failure(at address: ListenAddress) -> ListenError {
        let number = errno
        return ListenError(errorNumber: number, String(cString: strerror(number)).lowercased(), at: address)
    }
}
