import Foundation
import Testing

/// Does what the README of an example says, from its first command to its last, on the ports that it names: each in a network of its own.
@Suite(.timeLimit(.minutes(5))) struct AsWrittenTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var name: String
        /// Where it answers once it runs.
        var url: String
        var testDescription: String { name }
    }

    private static let examples = [
        Example(name: "envoy", url: "http://127.0.0.1:10000/"),
        Example(name: "envoy-grpc", url: "https://127.0.0.1:8080/"),
        Example(name: "envoy-mtls", url: "https://127.0.0.1:8080/"),
        Example(name: "nginx", url: "http://127.0.0.1:10000/"),
        Example(name: "haproxy", url: "http://127.0.0.1:10000/"),
        Example(name: "caddy", url: "http://127.0.0.1:10000/"),
    ]

    @Test("whoever types what a README says sees what it says", arguments: examples)
    func readme(_ example: Example) throws {
        guard let namespace = try Namespace.command("n", keepsUser: true) else {
            Issue.record("this host permits no network namespace: run the test as root, or permit user namespaces")
            return
        }
        let document = "examples/\(example.name)/README.md"
        let commands = try ReadmeTests.commands(of: document)
        try #require(!commands.isEmpty)
        let clone = try Self.clone()
        let start = try clone.write(try Self.firstBlock(of: document), to: "start")
        // What is run in the background, as a user would see it, and each command with a line behind its output.
        let script = """
            set -u
            ip link set lo up || exit 99
            cd "\(clone.url.path())"
            make() { echo "make $*" >>made; }
            . "\(start.path())" >log 2>&1 \(example.name == "envoy" ? "" : "&")
            until curl -s -o /dev/null http://127.0.0.1:9192/readyz && { curl -sk -o /dev/null "\(example.url)"; (( $? != 7 )); }; do
                (( SECONDS < 60 )) || { cat log; exit 98; }
                sleep 0.1
            done
            \(commands.map { "{ \($0.text)\n} 2>&1; echo; echo '\(Self.divider)'" }.joined(separator: "\n"))
            kill $(jobs -p) 2>/dev/null
            """
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        // A user who installed the programs has them on the path; the first example says how to get there.
        let programs = [Repository.authz, Repository.envoy].map { $0.deletingLastPathComponent().path() }
        let isOnPath = example.name != "envoy"
        // The end of the last program ends those that were left in the background.
        let shell = try Child(
            URL(filePath: "/usr/bin/unshare"),
            namespace + ["--fork", "--pid", "--mount-proc", "--kill-child", "/bin/bash", "-c", script],
            environment: [
                "PATH": (isOnPath ? programs : []).joined(separator: ":") + ":\(path)", "HOME": clone.url.path(),
            ])
        let result = try shell.result(within: .seconds(150))
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        let outputs = result.output.replacing("\r\n", with: "\n").components(separatedBy: "\n\(Self.divider)\n")
        try #require(outputs.count == commands.count + 1)
        for (command, output) in zip(commands, outputs) {
            let isExpected = ReadmeTests.fits(output.trimmingCharacters(in: .newlines), command.output)
            #expect(isExpected, "\(command.text)\nprinted:\n\(output)")
        }
        guard !isOnPath else { return }
        #expect(try String(contentsOf: clone.url.appending(path: "made"), encoding: .utf8) == "make build envoy\n")
    }

    private static let divider = "---- end of output ----"

    /// The commands with which a README begins.
    private static func firstBlock(of document: String) throws -> String {
        let lines = try Repository.text(of: document).split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { $0.hasPrefix("    ") }
        try #require(!lines.isEmpty)
        return lines.map { $0.dropFirst(4) + "\n" }.joined()
    }

    /// A folder that looks like the clone after `make build envoy`, with the programs of this test.
    private static func clone() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let files = FileManager.default
        try files.createDirectory(at: folder.url.appending(path: ".build/release"), withIntermediateDirectories: true)
        try files.createDirectory(at: folder.url.appending(path: ".venv/bin"), withIntermediateDirectories: true)
        for (name, target) in [
            (".build/release/authz", Repository.authz), (".venv/bin/envoy", Repository.envoy),
            ("policies", Repository.root.appending(path: "policies")),
        ] {
            try files.createSymbolicLink(at: folder.url.appending(path: name), withDestinationURL: target)
        }
        // What an example makes, such as certificates, stays here.
        try files.copyItem(at: Repository.root.appending(path: "examples"), to: folder.url.appending(path: "examples"))
        return folder
    }
}
