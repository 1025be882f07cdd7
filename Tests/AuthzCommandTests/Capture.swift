import Foundation
import Testing

@testable import authz

/// A file that stands for standard output or standard error.
struct Capture {
    /// Closed with the capture, which has to be kept for as long: its number is another file's then.
    let stream: StandardStream
    private let handle: FileHandle

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("authz-\(UUID().uuidString)")
        try #require(FileManager.default.createFile(atPath: url.path, contents: nil))
        handle = try FileHandle(forUpdating: url)
        try FileManager.default.removeItem(at: url)
        stream = StandardStream(descriptor: handle.fileDescriptor)
    }

    /// All that was written.
    func text() throws -> String {
        try handle.seek(toOffset: 0)
        return String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
    }
}
