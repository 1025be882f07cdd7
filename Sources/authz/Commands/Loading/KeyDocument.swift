import AuthzCore

/// A key set that stands for what a `jwksUri` would answer.
struct KeyDocument: Sendable {
    var uri: String
    /// The path of its file; the suite's, where the document is written in one; `nil` where it is written in the configuration.
    var path: String?
    var bytes: [UInt8]
    /// Where the set, or the name of its file, is written.
    var location: SourceLocation
    /// Whether it is fine that no rule takes its keys from there.
    var mayBeUnused = false

    /// Reads what settings name, the files that can be read.
    ///
    /// - Parameter excluded: URIs that others stand for.
    static func read(
        _ settings: PolicySettings, excluding excluded: Set<String> = [], _ problems: inout InputProblems
    ) -> [KeyDocument] {
        var documents = settings.keySets.filter { !excluded.contains($0.uri) }
        for file in settings.keyFiles where !excluded.contains(file.uri) {
            let location = SourceLocation(file: DocumentFile.name(file.path), line: 1, column: 1)
            let bytes = problems.attempt { () throws(InputError) in try DocumentFile.read(file.path) }
            guard let bytes else { continue }
            documents.append(KeyDocument(uri: file.uri, path: file.path, bytes: bytes, location: location))
        }
        return documents
    }
}
