import Foundation
import Testing

/// What the programs that teams run make of the results of `authz test`.
@Suite struct SuiteReportReaderTests {
    /// A suite of which one case passes and one fails, with what each form has to escape.
    private static let failing = """
        description: "orders, 100% <&>"
        tests:
          - name: "the frontend reads"
            source: {principal: cluster.local/ns/production/sa/frontend}
            destination: {workload: production/api, port: 8080}
            request: {method: GET, path: /api/v1/orders}
            expect: allow
          - name: "the frontend removes # <\\"&'> TODO"
            source: {principal: cluster.local/ns/production/sa/frontend}
            destination: {workload: production/api, port: 8080}
            request: {method: DELETE, path: /api/v1/orders}
            expect: allow
        """

    /// What a command makes of the results of suites in one form, written to a file.
    private static func read(
        _ format: String, of suite: String? = nil, by program: URL, _ arguments: (String) -> [String]
    ) throws -> CommandResult {
        let folder = try TemporaryFolder()
        let path = try suite.map { try folder.write($0, to: "orders_test.yaml").path() } ?? "policies"
        let file = try folder.write(try authz("test", "--format", format, path).output, to: "results")
        let child = try Child(program, arguments(file.path()))
        let status = try child.exitStatus()
        return CommandResult(status: status, output: try child.output, errors: try child.errors)
    }

    @Test("junitparser reads JUnit, and sees what passed and what failed", arguments: [true, false])
    func junit(_ passes: Bool) throws {
        let python = Repository.root.appending(path: ".venv/bin/python3")
        let verify = try Self.read("junit", of: passes ? nil : Self.failing, by: python) {
            ["-m", "junitparser", "verify", $0]
        }
        #expect(verify.status == (passes ? 0 : 1), "\(verify.errors)")
        let script = """
            import sys
            from junitparser import JUnitXml
            report = JUnitXml.fromfile(sys.argv[1])
            cases = [case for suite in report for case in suite]
            print(report.tests, report.failures, report.errors, report.skipped, len(cases), sum(not case.is_passed for case in cases))
            print(cases[-1].name)
            """
        let seen = try Self.read("junit", of: passes ? nil : Self.failing, by: python) { ["-c", script, $0] }
        #expect(seen.status == 0, "\(seen.errors)")
        if !passes { #expect(seen.output == "2 1 0 0 2 1\nthe frontend removes # <\"&'> TODO\n") }
        if passes { #expect(seen.output.contains(" 0 0 0 ")) }
    }

    @Test("prove reads TAP, and sees what passed and what failed", arguments: [true, false])
    func tap(_ passes: Bool) throws {
        let result = try Self.read("tap", of: passes ? nil : Self.failing, by: URL(filePath: "/usr/bin/prove")) {
            ["-e", "cat", $0]
        }
        #expect((result.status == 0) == passes, "\(result.output)\(result.errors)")
        #expect(result.output.contains(passes ? "All tests successful." : "Failed 1/2 subtests"), "\(result.output)")
        #expect(!result.output.contains("Parse errors"), "\(result.output)")
    }

    @Test("genhtml reads the tracefile, and finds the policies that it names")
    func lcov() throws {
        let folder = try TemporaryFolder()
        let (trace, page) = (folder.url.appending(path: "lcov.info").path(), folder.url.appending(path: "html").path())
        #expect(try authz("test", "--coverage-lcov", trace, "policies").status == 0)
        let child = try Child(
            URL(filePath: "/usr/bin/genhtml"), ["--branch-coverage", "--output-directory", page, trace])
        let status = try child.exitStatus()
        let errors = try child.errors
        #expect(status == 0, "\(errors)")
        let output = try child.output
        #expect(output.contains("Overall coverage rate:"))
        #expect(!output.contains("no data found"), "\(output)")
        #expect(FileManager.default.fileExists(atPath: "\(page)/policies/api.yaml.gcov.html"))
    }

    @Test("the page of coverage is one file that holds each policy file")
    func page() throws {
        let folder = try TemporaryFolder()
        let page = folder.url.appending(path: "coverage.html")
        #expect(try authz("test", "--coverage-html", page.path(), "policies").status == 0)
        let text = try String(contentsOf: page, encoding: .utf8)
        for file in ["api.yaml", "tokens.yaml", "peer-authentication.yaml"] {
            #expect(text.contains("policies/\(file)"))
        }
    }

    @Test("a file that cannot be written is bad input, after the answer")
    func unwritable() throws {
        let result = try authz("test", "--coverage-html", "no-such-folder/x.html", "policies")
        #expect(result.status == 2)
        #expect(result.output.contains("passed"))
        #expect(result.errors.contains("[unwritable-output]"))
    }
}
