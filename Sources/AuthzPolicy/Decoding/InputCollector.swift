import AuthzCore

/// Finds and reads the files that a list of paths stands for.
struct InputCollector {
    private(set) var inputs: [(file: String, bytes: [UInt8])] = []
    let collector = DiagnosticCollector()

    private let excluded: Set<String>
    private var seen: Set<FileIdentity> = []
    private var folders: Set<String> = []
    private var hasStandardInput = false

    init(excluding excluded: [String]) {
        self.excluded = Set(excluded.compactMap { InputFile.canonicalPath($0) })
    }

    mutating func add(_ path: String) {
        guard path != "-" else {
            addStandardInput()
            return
        }
        do throws(InputFile.Failure) {
            guard try InputFile.kind(of: path) == .folder else {
                if refuses(path) { return }
                try addFile(path)
                return
            }
            var found = 0
            try addFolder(path, found: &found)
            if found == 0 {
                collector.report(
                    Diagnostic(
                        .error, .noPolicyFiles, at: SourceLocation(file: path, line: 1, column: 1),
                        "\(path.quoted) holds no policy files",
                        hint: "policies are files that end in `.yaml`, `.yml` or `.json`, but for `_test.yaml`"))
            }
        } catch {
            report(error, at: path)
        }
    }

    /// Whether a file that was named is none of policies, whatever it holds; then that is reported.
    private func refuses(_ path: String) -> Bool {
        let place = SourceLocation(file: path, line: 1, column: 1)
        if InputFileName.isSuite(path) {
            collector.error(
                .noPolicyFiles, at: place, "\(path.quoted) is a suite, which is never read as policies",
                hint: "`authz test \(path)` runs it")
            return true
        }
        if isExcluded(path) {
            collector.error(
                .noPolicyFiles, at: place, "\(path.quoted) is named as a key set, which is never read as policies")
            return true
        }
        return false
    }

    private mutating func addStandardInput() {
        guard !hasStandardInput else { return }
        hasStandardInput = true
        do throws(InputFile.Failure) {
            inputs.append(("<stdin>", try InputFile.readStandardInput()))
        } catch {
            report(error, at: "<stdin>")
        }
    }

    private mutating func addFile(_ path: String) throws(InputFile.Failure) {
        let (bytes, identity) = try InputFile.readNonEmpty(path)
        guard seen.insert(identity).inserted else { return }
        inputs.append((path, bytes))
    }

    /// Adds the files below a folder. A folder is entered once, so that links between folders end.
    private mutating func addFolder(_ folder: String, found: inout Int) throws(InputFile.Failure) {
        guard let canonical = InputFile.canonicalPath(folder), folders.insert(canonical).inserted else {
            found += 1
            return
        }
        let names = try InputFile.names(in: folder).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for name in names {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            do throws(InputFile.Failure) {
                if try InputFile.kind(of: path) == .folder {
                    try addFolder(path, found: &found)
                } else if Self.isPolicyFile(name), !isExcluded(path) {
                    found += 1
                    try addFile(path)
                }
            } catch {
                found += 1
                report(error, at: path)
            }
        }
    }

    private func isExcluded(_ path: String) -> Bool {
        guard !excluded.isEmpty, let canonical = InputFile.canonicalPath(path) else { return false }
        return excluded.contains(canonical)
    }

    private static func isPolicyFile(_ name: String) -> Bool {
        InputFileName.isDocument(name) && !InputFileName.isSuite(name)
    }

    private func report(_ failure: InputFile.Failure, at path: String) {
        collector.error(
            failure.code, at: SourceLocation(file: path, line: 1, column: 1), failure.message, hint: failure.hint)
    }
}
