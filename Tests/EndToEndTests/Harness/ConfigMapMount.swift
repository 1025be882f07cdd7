import Foundation
import Glibc

/// A folder that changes as the kubelet changes the mount of a ConfigMap: each file is a link through `..data`, itself a link to a folder
/// of the version, which is replaced in one step.
final class ConfigMapMount {
    private let folder: TemporaryFolder
    private var version = 0

    var path: String { folder.url.path() }

    /// - Parameter files: Texts by name.
    init(_ files: [String: String]) throws {
        folder = try TemporaryFolder()
        try swap(files)
        for name in files.keys { try link(name, to: "..data/\(name)") }
    }

    /// Puts other texts in the place of all files at once.
    func swap(_ files: [String: String]) throws {
        let old = version
        version += 1
        try FileManager.default.createDirectory(
            at: folder.url.appending(path: "..\(version)"), withIntermediateDirectories: false)
        for (name, text) in files { try folder.write(text, to: "..\(version)/\(name)") }
        try link("..data_tmp", to: "..\(version)")
        guard rename(path + "/..data_tmp", path + "/..data") == 0 else {
            throw HTTP.SocketError(call: "rename", code: errno)
        }
        if old > 0 { try FileManager.default.removeItem(at: folder.url.appending(path: "..\(old)")) }
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
    }
}
