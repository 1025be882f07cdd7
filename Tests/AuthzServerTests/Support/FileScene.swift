import Foundation

/// A folder of files of one test, removed with it. A class for its `deinit`.
final class FileScene: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "authz-files-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(at: folder) } catch { print("cannot remove \(folder): \(error)") }
    }

    func path(_ name: String) -> String { folder.appending(path: name).path() }

    func write(_ text: String, to name: String, isAtomic: Bool = false) throws {
        try Data(text.utf8).write(to: folder.appending(path: name), options: isAtomic ? .atomic : [])
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(at: folder.appending(path: name))
    }

    /// Points a link elsewhere in one step, as Kubernetes changes a mount.
    func link(_ name: String, to destination: String) throws {
        let next = path("..next")
        guard symlink(destination, next) == 0, rename(next, path(name)) == 0 else {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
    }
}
