import Glibc

/// What changes about a path when its file does: written to, replaced by another, or reached through another link.
struct FileStamp: Equatable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let modified: [Int]
    /// Also when a time stamp is set back, as archives do.
    private let changed: [Int]

    /// Links are followed, so that the swap of a link to a folder, as Kubernetes mounts change, gives another file.
    ///
    /// - Returns: `nil` where there is no such file.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
        changed = [status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
    }
}
