import Foundation

/// Which file a path leads to, links followed; of a file that is not there yet, its folder and its name there.
struct FilePlace: Equatable {
    private let device: UInt64
    private let inode: UInt64
    /// `nil` where there is a file.
    private let name: String?

    /// - Returns: `nil` where there is no such folder either.
    init?(_ path: String) {
        var status = stat()
        if stat(path, &status) == 0 {
            self.init(status)
            return
        }
        let url = URL(fileURLWithPath: path)
        guard stat(url.deletingLastPathComponent().path, &status) == 0 else { return nil }
        self.init(status, name: url.lastPathComponent)
    }

    init(_ status: stat, name: String? = nil) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        self.name = name
    }

    /// Whether two paths lead to one file.
    static func isSame(_ path: String, _ other: String) -> Bool {
        if path == other { return true }
        guard let place = FilePlace(path) else { return false }
        return place == FilePlace(other)
    }
}
