import AuthzPolicy

/// What the files behind some paths look like at one moment, without reading them.
///
/// Of a folder it is the files in it that count, and in the folders below, those that are read as policies: an editor's swap files
/// do not. Links are followed, so that the swap of a link to a folder, as Kubernetes mounts change, makes all files others.
package struct InputStamp: Sendable, Equatable {
    private var files: [String: FileStamp?] = [:]

    /// Blocks: it asks the file system about each file.
    ///
    /// - Parameter paths: Files and folders; `-` is left out.
    package init(of paths: [String]) {
        var folders: Set<String> = []
        for path in paths where path != "-" { add(path, isNamed: true, &folders) }
    }

    private mutating func add(_ path: String, isNamed: Bool, _ folders: inout Set<String>) {
        let names: [String]
        do throws(InputFile.Failure) {
            guard try InputFile.kind(of: path) == .folder else {
                if isNamed || Self.isRead(path) { files[path] = .some(FileStamp(of: path)) }
                return
            }
            // A folder is entered once, so that links between folders end.
            guard let canonical = InputFile.canonicalPath(path), folders.insert(canonical).inserted else { return }
            names = try InputFile.names(in: path)
        } catch {
            // Not there, or not to be read: that is a state like others.
            files[path] = .some(nil)
            return
        }
        for name in names { add(path.hasSuffix("/") ? path + name : "\(path)/\(name)", isNamed: false, &folders) }
    }

    private static func isRead(_ path: String) -> Bool {
        InputFileName.isDocument(path) && !InputFileName.isSuite(path)
    }
}
