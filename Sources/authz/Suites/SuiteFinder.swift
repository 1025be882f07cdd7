import AuthzCore
import Foundation

/// Finds the suites of `authz test`.
enum SuiteFinder {
    /// The endings by which a file in a folder is known as a suite.
    static let endings = ["_test.yaml", "_test.yml", "_test.json"]

    /// The files named, and the suites in the folders named: each folder's in the order of their paths' bytes, without hidden ones.
    ///
    /// - Throws: One diagnostic for each path that holds no suite.
    static func find(_ paths: [String]) throws(InputError) -> [String] {
        var files: [String] = []
        var diagnostics: [Diagnostic] = []
        for path in paths {
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
                files.append(path)
                continue
            }
            let place = SourceLocation(file: path, line: 1, column: 1)
            guard isFolder.boolValue, let members = FileManager.default.enumerator(atPath: path) else {
                diagnostics.append(
                    Diagnostic(.error, .unreadableInput, at: place, "cannot be read: there is no such file or folder"))
                continue
            }
            let found = suites(among: members.compactMap { $0 as? String })
            if found.isEmpty {
                diagnostics.append(
                    Diagnostic(.error, .noSuite, at: place, "the folder holds no suite, a file named `*_test.yaml`"))
            }
            let base = path.hasSuffix("/") ? path : path + "/"
            files += found.map { base + $0 }
        }
        guard diagnostics.isEmpty else { throw InputError(diagnostics) }
        return files
    }

    private static func suites(among members: [String]) -> [String] {
        members.filter { member in
            endings.contains { member.hasSuffix($0) } && !member.split(separator: "/").contains { $0.hasPrefix(".") }
        }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
