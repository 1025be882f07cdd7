import Foundation
import Testing

/// Runs each `console` block of the README as a reader would, and compares what comes out.
@Suite struct ReadmeTests {
    struct Command: Sendable, CustomTestStringConvertible {
        var document: String
        var text: String
        /// Lines as printed; `…` stands for anything.
        var output: String

        var testDescription: String { "\(document): \(text)" }
    }

    static let documents =
        ["README.md"]
        + (["ci", "envoy", "envoy-grpc", "envoy-mtls", "istio", "prometheus"]
        + RunningProxy.Kind.allCases.map(\.rawValue)).map { "examples/\($0)/README.md" }

    @Test("the commands print what the documents say", arguments: try commands())
    func commandsPrint(_ command: Command) throws {
        let server = try RunningServer(
            "--policies", "examples/envoy-grpc/database.yaml", "--trusted-proxies", "127.0.0.1/32", "--forward-auth",
            "nginx,haproxy,caddy")
        var text = command.text
        var mutualEnvoy: RunningMTLSEnvoy?
        if text.contains("examples/envoy-mtls/certificates") {
            let started = try RunningMTLSEnvoy()
            text = text.replacing("127.0.0.1:9191", with: "\(started.server.checks)")
                .replacing("127.0.0.1:8080", with: "\(started.http)")
                .replacing("examples/envoy-mtls/certificates", with: started.certificates)
            mutualEnvoy = started
        }
        text = text.replacing("127.0.0.1:9191", with: "\(server.checks)")
            .replacing("127.0.0.1:9192", with: "\(server.admin)")
        // Kept to the end: it is stopped with its value.
        var proxy: (running: Any, listener: Address)?
        if text.contains("127.0.0.1:10000") {
            if let kind = RunningProxy.Kind.allCases.first(where: { command.document.contains("/\($0.rawValue)/") }) {
                let started = try RunningProxy(kind, asking: server)
                proxy = (started, started.listener)
            } else {
                let started = try RunningEnvoy(askingFor: server.checks)
                proxy = (started, started.listener)
            }
        }
        if let proxy { text = text.replacing("127.0.0.1:10000", with: "\(proxy.listener)") }
        var grpcEnvoy: RunningGRPCEnvoy?
        if text.contains("https://127.0.0.1:8080") {
            let started = try RunningGRPCEnvoy(askingFor: server.checks)
            text = text.replacing("127.0.0.1:8080", with: "\(started.api)")
                .replacing("examples/envoy-grpc/certificates", with: started.certificates)
            grpcEnvoy = started
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let shell = try Child(
            URL(filePath: "/bin/bash"), ["-c", "exec 2>&1; \(text)"],
            environment: ["PATH": "\(Repository.authz.deletingLastPathComponent().path()):\(path)", "NO_COLOR": "1"])
        _ = try shell.exitStatus()
        var output = try shell.output.replacing("\r\n", with: "\n")
            .replacing("\(server.checks)", with: "127.0.0.1:9191")
        if let mutualEnvoy { output = output.replacing("\(mutualEnvoy.http)", with: "127.0.0.1:8080") }
        if let proxy { output = output.replacing("\(proxy.listener)", with: "127.0.0.1:10000") }
        if let grpcEnvoy { output = output.replacing("\(grpcEnvoy.api)", with: "127.0.0.1:8080") }
        #expect(Self.fits(output.trimmingCharacters(in: .newlines), command.output), "printed:\n\(output)")
    }

    /// Folders of `examples/` that have a README: all but the requests and tokens that others use.
    static let examples =
        ["authzen", "caddy", "ci", "envoy", "envoy-grpc", "envoy-mtls", "grafana", "haproxy", "ingress-nginx"]
        + ["istio", "kubernetes", "nginx", "prometheus", "systemd", "traefik"]

    @Test("each example begins with the command to run, and the README names it")
    func folders() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Repository.root.appending(path: "examples").path())
        #expect(folders.sorted() == (Self.examples + ["denied.json", "requests", "schemas", "tokens"]).sorted())
        let readme = try Repository.text(of: "README.md")
        for example in Self.examples {
            #expect(try Repository.text(of: "examples/\(example)/README.md").hasPrefix("    "), "\(example)")
            #expect(readme.contains("(examples/\(example))"), "\(example)")
        }
    }

    @Test(
        "what the documents link to is there",
        arguments: ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] + examples.map { "examples/\($0)/README.md" })
    func links(_ document: String) throws {
        let folder = Repository.root.appending(path: document).deletingLastPathComponent()
        let targets = try Repository.text(of: document).matches(of: /\]\(([^)#:]+)\)/).map { String($0.1) }
        for target in targets {
            #expect(FileManager.default.fileExists(atPath: folder.appending(path: target).path()), "\(target)")
        }
    }

    @Test(
        "`…` stands for anything, the rest for itself",
        arguments: [
            ("a b", "a b", true), ("a b", "a c", false), ("a b", "a", false), ("a b c", "a … c", true),
            ("a\nb\nc", "a\n…", true), ("x a", "a…", false), ("a x", "…a", false), ("", "a", false), ("", "", true),
            ("ab", "a…ab", false),
        ])
    func fitting(_ output: String, _ expected: String, _ fits: Bool) {
        #expect(Self.fits(output, expected) == fits)
    }

    static func commands() throws -> [Command] { try documents.flatMap(commands(of:)) }

    /// What stands behind each `$` in the `console` blocks of a document.
    static func commands(of document: String) throws -> [Command] {
        try Repository.text(of: document).matches(of: /(?s)```console\n(.*?)```/).flatMap { block in
            ("\n" + block.1).split(separator: "\n$ ").map { part in
                let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
                let output = lines.count > 1 ? lines[1].trimmingCharacters(in: .newlines) : ""
                return Command(document: document, text: String(lines[0]), output: output)
            }
        }
    }

    static func fits(_ output: String, _ expected: String) -> Bool {
        let pieces = expected.split(separator: "…", omittingEmptySubsequences: false)
        guard pieces.count > 1, let first = pieces.first, let last = pieces.last else { return output == expected }
        guard output.hasPrefix(first) else { return false }
        var rest = output.dropFirst(first.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let place = rest.firstRange(of: piece) else { return false }
            rest = rest[place.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
