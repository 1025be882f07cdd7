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
        for path in paths {
            guard finder.search(path, takesFile: { _ in true }) == 0 else { continue }
            finder.report(
                .noSuite, at: path, "there is no suite in \(path.quoted), nor in a folder of it", hint: naming)
        }
        return finder.found(at: paths.first ?? "")
    }

    /// The suites in the folders of policies, and those among the files.
    ///
    /// - Returns: Where there are none one diagnostic that says where was looked.
    static func find(beside policies: [String]) -> (files: [String], problems: [Diagnostic]) {
        var finder = SuiteFinder()
        let paths = policies.filter { $0 != "-" }
        for path in paths { _ = finder.search(path, takesFile: InputFileName.isSuite) }
        guard finder.files.isEmpty, finder.problems.isEmpty else {
            for index in finder.problems.indices where finder.problems[index].code == .unreadableInput {
                finder.problems[index].hint = "name the policies with `-p`; suites are looked for in their folders"
            }
            return finder.found(at: "")
        }
        let folders = paths.filter(isFolder)
        let looked =
            folders.isEmpty
            ? "and no folder of policies to look for one in"
            : "and none is in \(folders.map(\.quoted).joined(separator: ", ")) or a folder of \(folders.count == 1 ? "it" : "these")"
        finder.report(
            .noSuite, at: folders.first ?? paths.first ?? "<stdin>", "no suite is named, \(looked)", hint: naming)
        return finder.found(at: folders.first ?? "")
    }

    private static let naming = "the name of a suite ends in `_test.yaml`, `_test.yml` or `_test.json`"

    private static func isFolder(_ path: String) -> Bool {
        do throws(InputFile.Failure) { return try InputFile.kind(of: path) == .folder } catch { return false }
    }

    /// What was found; whoever has no suite at all is told how to write the first.
    ///
    /// - Parameter folder: Where it could be.
    private func found(at folder: String) -> (files: [String], problems: [Diagnostic]) {
        guard files.isEmpty, let last = problems.lastIndex(where: { $0.code == .noSuite }) else {
            return (files, problems)
        }
        var problems = problems
        let base = folder.isEmpty || folder.hasSuffix("/") || !Self.isFolder(folder) ? folder : folder + "/"
        let file = (Self.isFolder(folder) ? base : "") + "first_test.yaml"
        problems[last].hint = "\(Self.naming); write one as \(file.quoted): `\(Suite.smallest)`"
        return (files, problems)
    }

    /// Finds the suites at a path.
    ///
    /// - Parameter takesFile: Whether a file that is named is a suite.
    /// - Returns: How many; `nil` where it is no folder, or cannot be read, which is reported.
    private mutating func search(_ path: String, takesFile: (String) -> Bool) -> Int? {
        do throws(InputFile.Failure) {
            guard try InputFile.kind(of: path) == .folder else {
                if takesFile(path) { files.append(path) }
                return nil
            }
            entered = []
            let base = path == "." ? "" : path.hasSuffix("/") ? path : path + "/"
            var found: [String] = []
            try search(path, base: base, into: &found)
            files += found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            return found.count
        } catch {
            report(error.code, at: path, error.message, hint: nil)
            return nil
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
                    report(error.code, at: error.path, error.message, hint: nil)
                }
            }
        }
    }

    private mutating func report(_ code: DiagnosticCode, at path: String, _ message: String, hint: String?) {
        problems.append(Diagnostic(.error, code, at: .whole(path), message, hint: hint))
    }
}
