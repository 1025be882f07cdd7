import Foundation

/// Finds the suites of `authz test`.
struct SuiteFinder {
    /// Something named on the command line holds no suite.
    enum Failure: Error, Equatable {
        case notFound(path: String)
        case unreadable(path: String)
        case noSuite(folder: String)
    }

    /// The endings by which a file in a folder is known as a suite.
    static let endings = ["_test.yaml", "_test.yml", "_test.json"]

    /// The files named, and the suites in the folders named: each folder's in the order of their paths' bytes, without hidden ones.
    static func find(_ paths: [String]) throws(Failure) -> [String] {
        var files: [String] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw .notFound(path: path)
            }
            guard isFolder.boolValue else {
                files.append(path)
                continue
            }
            guard let members = FileManager.default.enumerator(atPath: path) else { throw .unreadable(path: path) }
            let base = path.hasSuffix("/") ? path : path + "/"
            let found = members.compactMap { $0 as? String }
                .filter { member in
                    endings.contains { member.hasSuffix($0) }
                        && !member.split(separator: "/").contains { $0.hasPrefix(".") }
                }
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            guard !found.isEmpty else { throw .noSuite(folder: path) }
            files += found.map { base + $0 }
        }
        return files
    }
}
