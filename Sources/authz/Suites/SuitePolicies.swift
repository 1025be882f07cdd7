import AuthzCore
import AuthzPolicy

/// Reads what a suite is decided by.
struct SuitePolicies {
    let suite: Suite
    /// The text of the suite's file.
    let sources: SourceTexts
    /// The command line's where the suite does not say otherwise.
    let settings: PolicySettings

    /// - Parameter settings: The command line's, which stand for what the suite does not say.
    init(suite: Suite, sources: SourceTexts, settings: PolicySettings) {
        self.suite = suite
        self.sources = sources
        var settings = settings
        settings.profile = suite.profile ?? settings.profile
        self.settings = settings
    }

    /// - Throws: Everything that is wrong with the policies, or with the mesh settings and keys beside them.
    func load() throws(InputError) -> OfflinePolicies {
        var problems = InputProblems()
        problems.add(sources)
        let keys = keyDocuments(&problems)
        switch suite.policies {
        case .commandLine:
            return try OfflinePolicies.load(
                settings, mesh: suite.mesh, keys: keys, keyFiles: keyFiles, problems: problems)
        case .paths(let paths):
            return try assemble(keys, problems) { () throws(InputError) in
                guard !paths.isEmpty else { return (PolicyDocuments(), []) }
                do throws(InputError) {
                    return try PolicyLoader.load(paths: paths.map { path($0.value) }, excluding: keyFiles)
                } catch {
                    throw named(error, in: paths)
                }
            }
        case .text(let text):
            return try assemble(keys, problems) { () throws(InputError) in
                try PolicyLoader.load(text, sources: sources)
            }
        }
    }

    /// What is wrong with a whole file or folder, where the suite names it.
    private func named(_ error: InputError, in paths: [Located<String>]) -> InputError {
        var error = error
        let codes: Set<DiagnosticCode> = [.unreadableInput, .noPolicyFiles, .noResources]
        for index in error.diagnostics.indices where codes.contains(error.diagnostics[index].code) {
            let file = error.diagnostics[index].location.file
            guard let written = paths.first(where: { path($0.value) == file }) else { continue }
            error.diagnostics[index].location = written.location
            error.diagnostics[index].label = error.diagnostics[index].label ?? "expected policies, from this file on"
        }
        return error
    }

    /// The files and folders that the suite names for it.
    var inputs: [String] {
        let files = suite.keyDocuments.compactMap { document in
            if case .file(let path) = document.content { self.path(path) } else { nil }
        }
        guard case .paths(let paths) = suite.policies else { return files }
        return files + paths.map { path($0.value) }
    }

    private func assemble(
        _ keys: [KeyDocument], _ problems: InputProblems, read: () throws(InputError) -> OfflinePolicies.Loaded
    ) throws(InputError) -> OfflinePolicies {
        try OfflinePolicies.assemble(settings, mesh: suite.mesh, keys: keys, problems: problems, read: read)
    }

    /// The suite's key sets, then those of the command line for other URIs.
    private func keyDocuments(_ problems: inout InputProblems) -> [KeyDocument] {
        var documents: [KeyDocument] = []
        for document in suite.keyDocuments {
            let bytes: [UInt8]?
            var file = document.location.file
            switch document.content {
            case .file(let path):
                let path = self.path(path)
                file = path
                bytes = problems.attempt { () throws(InputError) in
                    try DocumentFile.read(path, namedAt: document.location)
                }
            case .inline(let json): bytes = Array(json.utf8)
            }
            guard let bytes else { continue }
            documents.append(KeyDocument(uri: document.uri, path: file, bytes: bytes, location: document.location))
        }
        let given = Set(suite.keyDocuments.map(\.uri))
        for var document in KeyDocument.read(settings, excluding: given, &problems) {
            document.mayBeUnused = true
            documents.append(document)
        }
        return documents
    }

    /// The suite's and the command line's, which are no policies.
    private var keyFiles: [String] {
        settings.keyFiles.map(\.path)
            + suite.keyDocuments.compactMap { document in
                if case .file(let path) = document.content { self.path(path) } else { nil }
            }
    }

    /// A path as it is seen from the suite's file.
    private func path(_ written: String) -> String { Suite.path(written, in: suite.location.file) }
}
