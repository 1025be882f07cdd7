import Foundation

/// Where the files of this clone and the program under test are.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The `authz` that was built with these tests: it lies beside their bundle.
    static let authz: URL = {
        let tests = URL(filePath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
        let beside = tests.deletingLastPathComponent().appending(path: "authz")
        return isExecutable(beside) ? beside : root.appending(path: ".build/debug/authz")
    }()

    /// `AUTHZ_ENVOY`, or the one that `make test` installs.
    static let envoy: URL = {
        if let given = ProcessInfo.processInfo.environment["AUTHZ_ENVOY"] { return URL(filePath: given) }
        return root.appending(path: ".venv/bin/envoy")
    }()

    /// The Python of `make test`, which has PyYAML, grpcio and kubernetes-validate.
    static let python = root.appending(path: ".venv/bin/python")

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private static func isExecutable(_ file: URL) -> Bool {
        FileManager.default.isExecutableFile(atPath: file.path())
    }
}
