import AuthzCore
import AuthzPolicy

/// The policies in folders that are named for their suites: whoever names such a folder may think that they count.
struct PoliciesBesideSuites {
    /// A folder as it was named, and the first file of policies in it.
    struct Folder: Equatable {
        var path: String
        var file: String
    }

    /// The folders among the paths that hold policies which were not read.
    ///
    /// - Parameter read: The files that were, in whatever form.
    static func find(in paths: [String], besides read: some Sequence<String>) -> [Folder] {
        let known = Set(read.map { InputFile.canonicalPath($0) ?? $0 })
        return paths.compactMap { path in
            var entered: Set<String> = []
            return firstFile(in: path, besides: known, &entered).map { Folder(path: path, file: $0) }
        }
    }

    /// Such as `-p policies`, for a hint; `nil` where no folder holds any.
    static func option(for paths: [String]) -> String? {
        let folders = find(in: paths, besides: [])
        return folders.isEmpty ? nil : folders.map { "-p \($0.path)" }.joined(separator: " ")
    }

    /// A line for each folder whose policies were not read, though a suite in it leaves its policies to the command line. One that
    /// names policies knows which it means.
    ///
    /// - Parameter suites: The files of suites that leave them to the command line.
    static func warnings(of paths: [String], besides read: Set<String>, for suites: Set<String>) -> String {
        let folders = find(in: paths, besides: read).filter { folder in
            SuiteFinder.find([folder.path]).files.contains(where: suites.contains)
        }
        let lines = folders.map { folder in
            "warning: no case is decided by the policies in \(folder.path.quoted), such as \(folder.file.quoted); "
                + "name them with \("-p \(folder.path)".quoted) if they are meant\n"
        }
        return lines.joined()
    }

    /// The policies of the command line.
    ///
    /// - Throws: What is wrong with them. Where nothing is at their default place, it is told where policies may be.
    static func load(_ settings: TestSettings) throws(InputError) -> OfflinePolicies {
        do throws(InputError) {
            return try OfflinePolicies.load(settings.policies)
        } catch {
            var error = error
            let defaults = PolicySettings().paths
            guard settings.policies.paths == defaults else { throw error }
            for index in error.diagnostics.indices
            where error.diagnostics[index].code == .unreadableInput
                && defaults.contains(error.diagnostics[index].location.file)
            {
                // It is a folder, which has no lines.
                error.diagnostics[index].location = .whole(error.diagnostics[index].location.file)
                error.diagnostics[index].hint =
                    "name the policies with \((option(for: settings.paths) ?? "-p PATH").quoted)"
            }
            throw error
        }
    }

    private static func firstFile(
        in folder: String, besides known: Set<String>, _ entered: inout Set<String>
    ) -> String? {
        guard let canonical = InputFile.canonicalPath(folder), entered.insert(canonical).inserted else { return nil }
        do throws(InputFile.Failure) {
            guard try InputFile.kind(of: folder) == .folder else { return nil }
            for name in try InputFile.names(in: folder).sorted() {
                let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
                if try InputFile.kind(of: path) == .folder {
                    if let file = firstFile(in: path, besides: known, &entered) { return file }
                } else if InputFileName.isDocument(name), !InputFileName.isSuite(name),
                    !known.contains(InputFile.canonicalPath(path) ?? path),
                    holdsPolicies(try InputFile.read(path).bytes)
                {
                    return path
                }
            }
        } catch {
            // What cannot be read is told where it is asked for.
            return nil
        }
        return nil
    }

    private static func holdsPolicies(_ bytes: [UInt8]) -> Bool {
        String(decoding: bytes, as: UTF8.self).contains("security.istio.io/")
    }
}
