import Foundation

/// A folder of one test, removed with it. A class for its `deinit`.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "authz-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        // What the system keeps open may stay behind; the next start of the machine clears it.
        try? FileManager.default.removeItem(at: url)
    }

    /// Writes `text` to the file `name` in the folder.
    @discardableResult
    func write(_ text: String, to name: String) throws -> URL {
        let file = url.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file
    }
}
