import Foundation

/// A folder of one test, removed with it. A class for its `deinit`.
final class Scratch {
    let path = FileManager.default.temporaryDirectory.appending(path: "authz-\(UUID().uuidString.prefix(8))").path()

    init() {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    deinit {
        // What stays behind is cleared at the next start of the machine.
        try? FileManager.default.removeItem(atPath: path)
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }
}
