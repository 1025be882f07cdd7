import AuthzCore

/// A key set that stands for what a `jwksUri` would answer.
struct KeyDocument {
    var uri: String
    /// The path of its file; the suite's, where the document is written in one.
    var path: String
    var bytes: [UInt8]
    /// Where the set, or the name of its file, is written.
    var location: SourceLocation
    /// Whether it is fine that no rule takes its keys from there.
    var mayBeUnused = false

    /// Reads the files of `--jwks`, those that can be read.
    static func read(_ files: [PolicySettings.KeyFile], _ problems: inout InputProblems) -> [KeyDocument] {
        var documents: [KeyDocument] = []
        for file in files {
            let location = SourceLocation(file: DocumentFile.name(file.path), line: 1, column: 1)
            let bytes = problems.attempt { () throws(InputError) in try DocumentFile.read(file.path) }
            guard let bytes else { continue }
            documents.append(KeyDocument(uri: file.uri, path: file.path, bytes: bytes, location: location))
        }
        return documents
    }
}
