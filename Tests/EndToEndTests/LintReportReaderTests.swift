import AuthzCore
import Foundation
import Testing

@testable import authz

/// What the programs that teams run make of what `authz lint` finds.
@Suite struct LintReportReaderTests {
    /// Two findings, one suppressed, one annotation too many, and a note, with what each form has to escape.
    private static let policies = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: open, namespace: shop, annotations: {lint.authz/allow-all: "the <front> page, 100% & # TODO"}}
        spec: {selector: {matchLabels: {app: payments}}, rules: [{}]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: no-admin, namespace: shop, annotations: {lint.authz/rule-shadowed: none}}
        spec:
          selector: {matchLabels: {app: paymets}}
          action: DENY
          rules:
          - to: [{operation: {paths: ["/a&'1"], ports: ["8080"]}}]
        """

    /// What a program makes of the findings in one form, written to a file.
    private static func read(
        _ format: String, of policies: String? = policies, by program: URL, _ arguments: (String) -> [String]
    ) throws -> CommandResult {
        let folder = try TemporaryFolder()
        let path = try policies.map { try folder.write($0, to: "p.yaml").path() } ?? "policies"
        let file = try folder.write(try authz("lint", "--format", format, path).output, to: "results")
        return try Child(program, arguments(file.path())).result(within: .seconds(60))
    }

    private static let python = Repository.root.appending(path: ".venv/bin/python3")

    @Test("junitparser reads JUnit, and sees what is found", arguments: [true, false])
    func junit(_ isClean: Bool) throws {
        let verify = try Self.read("junit", of: isClean ? nil : Self.policies, by: Self.python) {
            ["-m", "junitparser", "verify", $0]
        }
        #expect(verify.status == (isClean ? 0 : 1), "\(verify.errors)")
        let script = """
            import sys
            from junitparser import JUnitXml
            report = JUnitXml.fromfile(sys.argv[1])
            cases = [case for suite in report for case in suite]
            failed = [case.name for case in cases if not (case.is_passed or case.is_skipped)]
            print(report.tests == len(cases), report.failures, report.errors, report.skipped, failed)
            print([case.result[0].message for case in cases if case.is_skipped])
            """
        let seen = try Self.read("junit", of: isClean ? nil : Self.policies, by: Self.python) { ["-c", script, $0] }
        #expect(seen.status == 0, "\(seen.errors)")
        if isClean {
            #expect(seen.output.hasPrefix("True 0 0 1 []\n"), "\(seen.output)")
        } else {
            #expect(
                seen.output == """
                    True 2 0 1 ['deny-path-bypass', 'useless-suppression']
                    ['the <front> page, 100% & # TODO']

                    """)
        }
    }

    @Test("prove reads TAP, and sees what is found", arguments: [true, false])
    func tap(_ isClean: Bool) throws {
        let prove = URL(filePath: "/usr/bin/prove")
        let result = try Self.read("tap", of: isClean ? nil : Self.policies, by: prove) { ["-e", "cat", $0] }
        #expect((result.status == 0) == isClean, "\(result.output)\(result.errors)")
        #expect(result.output.contains(isClean ? "All tests successful." : "Failed 2/"), "\(result.output)")
        #expect(!result.output.contains("Parse errors"), "\(result.output)")
    }

    @Test("SARIF has what version 2.1.0 requires of a log, a run, its rules, results and notifications")
    func sarif() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.policies, to: "p.yaml").path()
        let log = try Document.json(try authz("lint", "-v", "--format", "sarif", path).output)
        #expect(log["version"].text == "2.1.0")
        let run = try #require(log["runs"].list.first)
        #expect(run["tool"]["driver"]["name"].text == "authz lint")
        let rules = run["tool"]["driver"]["rules"].list
        for rule in rules { #expect(rule["id"].text?.isEmpty == false && rule["help"]["text"].text?.isEmpty == false) }
        let results = run["results"].list
        try #require(
            results.compactMap { $0["ruleId"].text } == ["useless-suppression", "deny-path-bypass", "allow-all"])
        for result in results {
            #expect(result["message"]["text"].text?.isEmpty == false)
            #expect(["error", "warning", "note", "none"].contains(result["level"].text))
            let place = try #require(result["locations"].list.first)["physicalLocation"]
            #expect(place["artifactLocation"]["uri"].text?.hasSuffix("/p.yaml") == true)
        }
        #expect(results[2]["suppressions"].list.first?["kind"].text == "inSource")
        let invocation = try #require(run["invocations"].list.first)
        #expect(invocation["executionSuccessful"].bool == true)
        let notifications = invocation["toolExecutionNotifications"].list
        #expect(notifications.count == 2)
        for notification in notifications { #expect(notification["message"]["text"].text?.isEmpty == false) }
    }

    // MARK: Pages

    /// Commands that take a server, or the network.
    private static let unrun: Set<DiagnosticCode> = [.offlineOnly, .keysNotFetched]
    private static let ran = DiagnosticCode.allCases.filter { $0.page.input == .command && !unrun.contains($0) }

    @Test("the bad command of a page gets its code, and the good one does not", arguments: ran)
    func commands(_ code: DiagnosticCode) throws {
        for (command, isBad) in [(code.page.bad, true), (code.page.good, false)] {
            let folder = try TemporaryFolder()
            for name in ["policies", "examples"] {
                try FileManager.default.createSymbolicLink(
                    at: folder.url.appending(path: name), withDestinationURL: Repository.root.appending(path: name))
            }
            let path = "\(Repository.authz.deletingLastPathComponent().path()):/usr/bin:/bin"
            let result = try Child(
                URL(filePath: "/bin/sh"), ["-c", command], in: folder.url, environment: ["PATH": path]
            ).result(within: .seconds(60))
            #expect(result.errors.contains("[\(code.rawValue)]") == isBad, "\(command): \(result.errors)")
        }
    }

    @Test("a code that is misspelled has a suggestion")
    func suggestion() throws {
        #expect(try authz("lint", "--explain", "denies-all-tcp").output.hasPrefix("denies-all-tcp: of what is read\n"))
        let result = try authz("lint", "--explain", "denies-all-tpc")
        #expect(result.status == 64)
        #expect(result.errors.contains("did you mean `denies-all-tcp`?"), "\(result.errors)")
    }
}
