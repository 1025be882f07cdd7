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
        let keys = try keyDocuments()
        switch suite.policies {
        case .commandLine:
            return try OfflinePolicies.load(settings, mesh: suite.mesh, keys: keys)
        case .paths(let paths):
            guard !paths.isEmpty else { return try compile(PolicyDocuments(), keys, warnings: []) }
            let loaded = try PolicyLoader.load(paths: paths.map { path($0.value) }, excluding: keyFiles)
            return try compile(loaded.documents, keys, warnings: loaded.warnings)
        case .text(let text):
            let loaded = try PolicyLoader.load(text, sources: sources)
            return try compile(loaded.documents, keys, warnings: loaded.warnings)
        }
    }

    private func compile(
        _ documents: PolicyDocuments, _ keys: [KeyDocument], warnings: [Diagnostic]
    ) throws(InputError) -> OfflinePolicies {
        try OfflinePolicies.compile(documents, mesh: suite.mesh, keys: keys, settings, warnings: warnings)
    }

    /// The suite's key sets, then those of the command line for other URIs.
    private func keyDocuments() throws(InputError) -> [KeyDocument] {
        var documents: [KeyDocument] = []
        for document in suite.keyDocuments {
            let bytes: [UInt8]
            var file = document.location.file
            switch document.content {
            case .file(let path):
                file = self.path(path)
                do throws(InputError) {
                    bytes = try DocumentFile.read(file, namedAt: document.location)
                } catch {
                    throw InputError(error.diagnostics, sources: sources)
                }
            case .inline(let json): bytes = Array(json.utf8)
            }
            documents.append(KeyDocument(uri: document.uri, path: file, bytes: bytes, location: document.location))
        }
        let given = Set(documents.map(\.uri))
        for var document in try KeyDocument.read(settings.keyFiles) where !given.contains(document.uri) {
            document.mayBeUnused = true
            documents.append(document)
        }
        return documents
    }

    private var keyFiles: [String] {
        suite.keyDocuments.compactMap { document in
            if case .file(let path) = document.content { self.path(path) } else { nil }
        }
    }

    /// A path as it is seen from the suite's file.
    private func path(_ written: String) -> String {
        guard !written.hasPrefix("/"), let slash = suite.location.file.lastIndex(of: "/") else { return written }
        return suite.location.file[...slash] + written
    }
}
