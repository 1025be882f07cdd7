import AuthzCore
import AuthzPolicy

/// Finds the suites of `authz test`.
struct SuiteFinder {
    private var files: [String] = []
    private var problems: [Diagnostic] = []
    /// The folders of the path at hand, so that links between them end.
    private var entered: Set<String> = []

    private init() {}

    /// The files named, and the suites in the folders named: each folder's in the order of their paths' bytes, without hidden
    /// ones. Links are followed.
    ///
    /// - Returns: With the files one diagnostic for each path that leads to none, or cannot be searched.
    static func find(_ paths: [String]) -> (files: [String], problems: [Diagnostic]) {
        var finder = SuiteFinder()
        for path in paths { finder.find(path) }
        return (finder.files, finder.problems)
    }

    private mutating func find(_ path: String) {
        do throws(InputFile.Failure) {
            guard try InputFile.kind(of: path) == .folder else {
                files.append(path)
                return
            }
            entered = []
            let base = path == "." ? "" : path.hasSuffix("/") ? path : path + "/"
            var found: [String] = []
            try search(path, base: base, into: &found)
            if found.isEmpty {
                let message = "the folder holds no suite, a file whose name ends in `_test.yaml`"
                report(.noSuite, at: path, message)
            }
            files += found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            report(error.code, at: path, error.message)
        }
    }

    /// - Parameter base: What the names in the folder stand behind.
    private mutating func search(
        _ folder: String, base: String, into found: inout [String]
    ) throws(InputFile.Failure) {
        guard let canonical = InputFile.canonicalPath(folder), entered.insert(canonical).inserted else { return }
        for name in try InputFile.names(in: folder) {
            let path = base + name
            do throws(InputFile.Failure) {
                if try InputFile.kind(of: path) == .folder {
                    try search(path, base: path + "/", into: &found)
                } else if InputFileName.isSuite(name) {
                    found.append(path)
                }
            } catch {
                // A link that leads nowhere matters only where it should be a suite.
                if error.path != path || InputFileName.isSuite(name) {
                    report(error.code, at: error.path, error.message)
                }
            }
        }
    }

    private mutating func report(_ code: DiagnosticCode, at path: String, _ message: String) {
        problems.append(Diagnostic(.error, code, at: SourceLocation(file: path, line: 1, column: 1), message))
    }
}
