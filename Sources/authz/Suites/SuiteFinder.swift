import AuthzCore
import Foundation

/// Finds the suites of `authz test`.
enum SuiteFinder {
    /// The endings by which a file in a folder is known as a suite.
    static let endings = ["_test.yaml", "_test.yml", "_test.json"]

    /// The files named, and the suites in the folders named: each folder's in the order of their paths' bytes, without hidden ones.
    ///
    /// - Returns: With the files one diagnostic for each path that leads to none.
    static func find(_ paths: [String]) -> (files: [String], problems: [Diagnostic]) {
        var files: [String] = []
        var problems: [Diagnostic] = []
        for path in paths {
            let place = SourceLocation(file: path, line: 1, column: 1)
            switch suites(at: path) {
            case nil:
                let message = "\(path.quoted) cannot be read: there is no such file or folder"
                problems.append(Diagnostic(.error, .unreadableInput, at: place, message))
            case let found?:
                if found.isEmpty {
                    let message = "the folder holds no suite, a file whose name ends in `_test.yaml`"
                    problems.append(Diagnostic(.error, .noSuite, at: place, message))
                }
                files += found
            }
        }
        return (files, problems)
    }

    /// The suites that a path leads to; `nil` where there is nothing.
    private static func suites(at path: String) -> [String]? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
        guard isFolder.boolValue else { return [path] }
        guard let members = FileManager.default.enumerator(atPath: path) else { return nil }
        let base = path == "." ? "" : path.hasSuffix("/") ? path : path + "/"
        return members.compactMap { $0 as? String }
            .filter { member in
                endings.contains { member.hasSuffix($0) }
                    && !member.split(separator: "/").contains { $0.hasPrefix(".") }
            }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { base + $0 }
    }
}
