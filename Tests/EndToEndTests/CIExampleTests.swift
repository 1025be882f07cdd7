import Foundation
import Testing

/// What `examples/ci` has for the services that run on each change, read as they read it, and its commands run as they stand there.
@Suite(.timeLimit(.minutes(5))) struct CIExampleTests {
    private static let folder = "examples/ci"

    /// A repository with the reference policies, and `authz` on the path.
    private struct Checkout {
        let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            try FileManager.default.copyItem(
                at: Repository.root.appending(path: "policies"), to: folder.url.appending(path: "policies"))
        }

        func run(_ program: String, _ arguments: [String]) throws -> CommandResult {
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            let programs = Repository.authz.deletingLastPathComponent().path()
            let child = try Child(
                URL(filePath: program), arguments, in: folder.url,
                environment: [
                    "PATH": "\(programs):\(path)", "HOME": folder.url.path(), "GIT_CONFIG_GLOBAL": "/dev/null",
                    "PRE_COMMIT_HOME": folder.url.appending(path: ".cache").path(),
                    "GITHUB_STEP_SUMMARY": folder.url.appending(path: "summary.md").path(),
                ])
            return try child.result(within: .seconds(120))
        }

        func git(_ arguments: String...) throws {
            let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
            let result = try run("/usr/bin/git", identity + arguments)
            guard result.status == 0 else { throw TimedOut(description: "git \(arguments): \(result.errors)") }
        }

        /// Lets the suites expect what the policies do not do.
        func breakCase() throws {
            try replace(
                "status: 401, reason: token-expired", "status: 200, reason: token-expired", in: "tokens_test.yaml")
        }

        /// Takes away the reason for which a finding is suppressed.
        func uncoverFinding() throws {
            try replace("lint.authz/deny-path-bypass", "example.com/other", in: "api.yaml")
        }

        private func replace(_ text: String, _ other: String, in name: String) throws {
            let file = folder.url.appending(path: "policies/\(name)")
            let before = try String(contentsOf: file, encoding: .utf8)
            let after = before.replacing(text, with: other)
            try #require(after != before)
            try Data(after.utf8).write(to: file)
        }

        func text(of name: String) throws -> String {
            try String(contentsOf: folder.url.appending(path: name), encoding: .utf8)
        }
    }

    /// A file with its shell commands, in the order in which they run.
    struct Pipeline: Sendable, CustomTestStringConvertible {
        var name: String
        /// How many steps there are, by the command that they run.
        var lints: Int
        var tests: Int
        /// What the steps write, each with a part of it.
        var written: [String: String]
        var testDescription: String { name }

        func commands() throws -> [String] {
            let path = "\(CIExampleTests.folder)/\(name)"
            if name == "Jenkinsfile" {
                return try Repository.text(of: path).matches(of: /\bsh '([^']+)'/).map { String($0.1) }
            }
            let document = try #require(try Document.yaml(path).first)
            if name == "github.yml" {
                return document["jobs"]["policies"]["steps"].list.compactMap { $0["run"].text }
            }
            return document.keys.sorted().flatMap { document[$0]["script"].texts + document[$0]["after_script"].texts }
        }
    }

    private static let pipelines = [
        Pipeline(
            name: "github.yml", lints: 2, tests: 1,
            written: ["summary.md": "99 passed", "authz.sarif": "\"version\":\"2.1.0\""]),
        Pipeline(
            name: "gitlab-ci.yml", lints: 2, tests: 2,
            written: ["lint.xml": "<testsuites", "test.xml": "<testsuites", "coverage.html": "<!doctype html>"]),
        Pipeline(
            name: "Jenkinsfile", lints: 1, tests: 1,
            written: ["lint.sarif": "\"version\":\"2.1.0\"", "test.xml": "<testsuites", "lcov.info": "TN:"]),
    ]

    @Test("each command passes on the reference policies, and writes what the next step reads", arguments: pipelines)
    func commands(_ pipeline: Pipeline) throws {
        let commands = try pipeline.commands()
        #expect(commands.count { $0.hasPrefix("authz lint ") } == pipeline.lints)
        #expect(commands.count { $0.hasPrefix("authz test ") } == pipeline.tests)
        #expect(commands.count == pipeline.lints + pipeline.tests)
        let checkout = try Checkout()
        for command in commands {
            let result = try checkout.run("/bin/sh", ["-ec", command])
            #expect(result.status == 0, "\(command)\n\(result.output)\(result.errors)")
        }
        for (name, part) in pipeline.written { #expect(try checkout.text(of: name).contains(part), "\(name)") }
    }

    @Test("a case that fails ends the step, and so does a finding", arguments: pipelines)
    func failure(_ pipeline: Pipeline) throws {
        let checkout = try Checkout()
        try checkout.breakCase()
        try checkout.uncoverFinding()
        for command in try pipeline.commands() {
            let result = try checkout.run("/bin/sh", ["-ec", command])
            #expect(result.status == 1, "\(command)\n\(result.output)\(result.errors)")
        }
    }

    @Test("GitLab finds the coverage in the log")
    func coverage() throws {
        let job = try #require(try Document.yaml("\(Self.folder)/gitlab-ci.yml").first)["test policies"]
        let pattern = try #require(job["coverage"].text)
        #expect(pattern.hasPrefix("/") && pattern.hasSuffix("/"))
        let regex = try Regex(String(pattern.dropFirst().dropLast())).anchorsMatchLineEndings()
        let log = try Checkout().run("/bin/sh", ["-ec", try #require(job["script"].texts.first)]).output
        let match = try #require(log.firstMatch(of: regex), "\(log)")
        #expect(match.output[1].substring == "100")
    }

    /// A file, how it is checked, and a slip that has to be found.
    struct Checked: Sendable, CustomTestStringConvertible {
        var name: String
        var command: [String]
        var right: String
        var wrong: String
        var testDescription: String { name }
    }

    @Test(
        "those who read the files find nothing wrong with them, but with a slip",
        arguments: [
            Checked(
                name: "github.yml", command: ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
                right: "runs-on:", wrong: "run-on:"),
            Checked(
                name: "gitlab-ci.yml",
                command: [
                    "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci",
                ], right: "when: always", wrong: "when: ever"),
            Checked(
                name: "pre-commit-config.yaml", command: ["pre-commit", "validate-config"], right: "language: system",
                wrong: "language: english"),
            Checked(
                name: "pre-commit-hooks.yaml", command: ["pre-commit", "validate-manifest"], right: "entry: authz lint",
                wrong: "entries: authz lint"),
        ])
    func schemas(_ file: Checked) throws {
        let checkout = try Checkout()
        let text = try Repository.text(of: "\(Self.folder)/\(file.name)")
        try #require(text.contains(file.right))
        for (content, isRight) in [(text, true), (text.replacing(file.right, with: file.wrong), false)] {
            let copy = try checkout.folder.write(content, to: file.name).path()
            let program = Repository.root.appending(path: ".venv/bin/\(file.command[0])").path()
            let result = try checkout.run(program, file.command.dropFirst() + [copy])
            #expect((result.status == 0) == isRight, "\(result.output)\(result.errors)")
        }
    }

    @Test(
        "pre-commit runs the hooks, as they are written and from a repository of hooks, and stops a commit",
        arguments: ["pre-commit-config.yaml", "pre-commit-hooks.yaml"])
    func hooks(_ name: String) throws {
        let preCommit = Repository.root.appending(path: ".venv/bin/pre-commit").path()
        let checkout = try Checkout()
        let example = Repository.root.appending(path: "\(Self.folder)/\(name)")
        try FileManager.default.copyItem(at: example, to: checkout.folder.url.appending(path: ".\(name)"))
        try checkout.git("init", "-q")
        try checkout.git("add", "policies", ".\(name)")
        try checkout.git("commit", "-qm", "policies")
        func run(_ options: [String] = ["--all-files", "--color=never"]) throws -> CommandResult {
            let command = name == "pre-commit-config.yaml" ? ["run"] : ["try-repo", "."]
            return try checkout.run(preCommit, command + options)
        }
        let passed = try run()
        #expect(passed.status == 0, "\(passed.output)\(passed.errors)")
        #expect(passed.output.matches(of: /(lint|test) policies\.+Passed/).count == 2, "\(passed.output)")

        // A commit that only takes away.
        try checkout.git("rm", "-q", "policies/api.yaml")
        let removed = try run(["--color=never"])
        #expect(removed.status == 1)
        #expect(removed.output.contains(/test policies\.+Failed/), "\(removed.output)")
        try checkout.git("checkout", "-q", "HEAD", "policies")

        try checkout.breakCase()
        try checkout.uncoverFinding()
        try checkout.git("add", "policies")
        let failed = try run()
        #expect(failed.status == 1)
        #expect(failed.output.contains(/lint policies\.+Failed/), "\(failed.output)")
        #expect(failed.output.contains("[deny-path-bypass]"), "\(failed.output)")
        #expect(failed.output.contains(/test policies\.+Failed/), "\(failed.output)")
        #expect(failed.output.contains("FAIL policies/tokens_test.yaml"), "\(failed.output)")
    }
}
