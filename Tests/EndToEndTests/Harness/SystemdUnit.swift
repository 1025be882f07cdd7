import Foundation

/// A unit file: settings in their order, each by its name.
struct SystemdUnit {
    let text: String
    private let settings: [(name: String, value: String)]

    /// - Parameter path: In the clone.
    init(_ path: String) throws {
        text = try Repository.text(of: path)
        settings = text.split(separator: "\n").compactMap { line in
            guard !line.hasPrefix("#"), let divider = line.firstIndex(of: "=") else { return nil }
            return (String(line[..<divider]), String(line[line.index(after: divider)...]))
        }
    }

    /// All values of a setting, in their order.
    func values(_ name: String) -> [String] { settings.filter { $0.name == name }.map(\.value) }

    /// The system calls that its `SystemCallFilter` lines leave, as systemd itself lists them.
    func permittedSystemCalls() throws -> Set<String> {
        var permitted: Set<String> = []
        for filter in values("SystemCallFilter") {
            let isDenied = filter.hasPrefix("~")
            for name in filter.drop(while: { $0 == "~" }).split(separator: " ") {
                let calls = try Self.systemCalls(String(name))
                if isDenied { permitted.subtract(calls) } else { permitted.formUnion(calls) }
            }
        }
        return permitted
    }

    /// What a set such as `@system-service` holds, sets within it included.
    private static func systemCalls(_ name: String) throws -> Set<String> {
        guard name.hasPrefix("@") else { return [name] }
        let list = try Child(URL(filePath: "/usr/bin/systemd-analyze"), ["syscall-filter", "--no-pager", name])
        guard try list.exitStatus() == 0 else { throw TimedOut(description: try list.errors) }
        let names = try list.output.split(separator: "\n").dropFirst().map { $0.filter { !$0.isWhitespace } }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        return try names.reduce(into: []) { $0.formUnion(try systemCalls($1)) }
    }
}
