package import AuthzCore

/// Loads policy inputs: files, folders and standard input. Nothing is loaded by half: with one error there is no result.
package enum PolicyLoader {
    /// Reads the inputs in the order given; the files of a folder, and of the folders in it, in the order of their paths.
    ///
    /// A folder holds the files that end in `.yaml`, `.yml` or `.json`, in upper or lower case, but for suites (`*_test.yaml`)
    /// and names that begin with a dot. A file that several paths lead to is read once. A suite that is named is an error.
    ///
    /// - Parameters:
    ///   - paths: Files, folders, or `-` for standard input.
    ///   - excluded: Key sets, which are never read as policies: skipped in folders, and an error where named.
    /// - Throws: ``InputError`` with everything that is wrong in all files, by place.
    package static func load(
        paths: [String], excluding excluded: [String] = []
    ) throws(InputError) -> (documents: PolicyDocuments, warnings: [Diagnostic]) {
        var reader = InputCollector(excluding: excluded)
        for path in paths { reader.add(path) }
        let result = try decode(reader.inputs, collector: reader.collector)
        let documents = result.documents
        if documents.holdsNothing {
            let place = SourceLocation(file: paths.first ?? "", line: 1, column: 1)
            let message = "the input holds no resource that is read"
            throw InputError([Diagnostic(.error, .noResources, at: place, message)], sources: documents.sources)
        }
        return result
    }

    /// Loads resources from text, under a name for its places. Empty text is the empty set.
    package static func load(
        text: String, file: String
    ) throws(InputError) -> (documents: PolicyDocuments, warnings: [Diagnostic]) {
        try decode([(file, Array(text.utf8))], collector: DiagnosticCollector())
    }

    /// Loads resources from the text of a scalar, such as a suite's `resources`. Empty text is the empty set.
    ///
    /// - Parameter sources: Holds the file of the scalar; then places are lines of that file.
    package static func load(
        _ scalar: DocumentNode.Scalar, sources: SourceTexts
    ) throws(InputError) -> (documents: PolicyDocuments, warnings: [Diagnostic]) {
        let collector = DiagnosticCollector()
        let embedded = EmbeddedDocuments(scalar, sources: sources)
        collector.report(embedded.diagnostics)
        return try decode(embedded.documents, sources: sources, collector: collector)
    }

    /// Loads a file of mesh settings, where the switches of istiod may stand beside the fields of MeshConfig.
    package static func loadMeshSettings(
        path: String
    ) throws(InputError) -> (settings: MeshSettings, warnings: [Diagnostic], sources: SourceTexts) {
        let collector = DiagnosticCollector()
        var sources = SourceTexts()
        var settings: MeshSettings? = MeshSettings()
        settings?.extensionProviders = []
        do throws(InputFile.Failure) {
            let file = path == "-" ? "<stdin>" : path
            let bytes = path == "-" ? try InputFile.readStandardInput() : try InputFile.readNonEmpty(path).bytes
            sources.insert(bytes, file: file)
            let (documents, diagnostics) = DocumentParser.parse(bytes, file: file)
            collector.report(diagnostics)
            if documents.count > 1 {
                collector.error(
                    .invalidYAML, at: documents[1].location, "the mesh settings are \(documents.count) documents",
                    label: "expected one")
            } else if let node = documents.first {
                settings = MeshSettingsDecoder(collector: collector).decode(node, allowsSwitches: true)
            }
        } catch {
            collector.error(
                error.code, at: SourceLocation(file: path, line: 1, column: 1), error.message, hint: error.hint)
        }
        guard let settings, !collector.hasErrors else { throw InputError(collector.diagnostics, sources: sources) }
        return (settings, collector.diagnostics, sources)
    }

    private static func decode(
        _ inputs: [(file: String, bytes: [UInt8])], collector: DiagnosticCollector
    ) throws(InputError) -> (documents: PolicyDocuments, warnings: [Diagnostic]) {
        var sources = SourceTexts()
        var nodes: [DocumentNode] = []
        for input in inputs {
            sources.insert(input.bytes, file: input.file)
            let parsed = DocumentParser.parse(input.bytes, file: input.file)
            collector.report(parsed.diagnostics)
            nodes += parsed.documents
        }
        return try decode(nodes, sources: sources, collector: collector)
    }

    private static func decode(
        _ nodes: [DocumentNode], sources: SourceTexts, collector: DiagnosticCollector
    ) throws(InputError) -> (documents: PolicyDocuments, warnings: [Diagnostic]) {
        var decoder = ResourceDecoder(collector: collector, sources: sources)
        for node in nodes { decoder.decode(node) }
        var documents = decoder.documents
        documents.inventory.resolveTargetPorts()
        var diagnostics = collector.diagnostics
        if diagnostics.contains(where: { $0.code == .deniesAllTCP }) {
            let atHTTP = documents.rulesAtHTTPAlone
            diagnostics.removeAll { $0.code == .deniesAllTCP && atHTTP.contains($0.location) }
        }
        guard !collector.hasErrors else { throw InputError(diagnostics, sources: sources) }
        return (documents, diagnostics)
    }
}

extension PolicyDocuments {
    fileprivate var holdsNothing: Bool {
        authorizationPolicies.isEmpty && requestAuthentications.isEmpty && peerAuthentications.isEmpty && mesh == nil
            && inventory.workloads.isEmpty && inventory.services.isEmpty && inventory.others.isEmpty
    }
}
