import Foundation
import Testing

@Suite struct CommandTests {
    @Test("the explanation of the denied example names the policy and its place")
    func explainDenied() throws {
        let result = try authz("explain", "examples/denied.json")
        let line = try Self.line(of: "  - to:", after: "name: deny-admin", in: "policies/api.yaml")
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("DENY 403  production/deny-admin, rule 1  (policies/api.yaml:\(line):"))
        #expect(result.errors == "")
    }

    @Test("the same as JSON")
    func explainJSON() throws {
        let result = try authz("explain", "--format", "json", "examples/denied.json")
        #expect(result.status == 0)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(object["reason"] as? String == "denied-by-policy" || object["decision"] != nil)
        #expect(result.output.contains("policies/api.yaml:"))
    }

    @Test(
        "--exit-code tells a script",
        arguments: [
            ("examples/denied.json", 1 as Int32), ("examples/requests/allowed.json", 0),
        ])
    func exitCode(_ file: String, _ status: Int32) throws {
        #expect(try authz("explain", "--exit-code", file).status == status)
    }

    @Test(
        "every example request is decided and explained",
        arguments: [
            ("allowed.json", "ALLOW"), ("no-rule-matched.yaml", "DENY"), ("plaintext.yaml", "DENY"),
            ("token.yaml", "ALLOW"),
            ("expired-token.yaml", "DENY"), ("tcp.yaml", "ALLOW"), ("envoy-check.json", "ALLOW"),
        ])
    func examples(_ file: String, _ outcome: String) throws {
        let result = try authz("explain", "examples/requests/\(file)")
        #expect(result.status == 0)
        #expect(result.output.hasPrefix(outcome))
        #expect(result.errors == "")
    }

    @Test("no example request is left out above")
    func exampleFiles() throws {
        let folder = Repository.root.appending(path: "examples/requests").path()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 7)
    }

    @Test("the suites beside the reference policies pass")
    func suites() throws {
        struct Report: Decodable {
            struct Summary: Decodable {
                var passed: Int
                var failed: Int
                var errors: Int
                var skipped: Int
            }

            struct Case: Decodable {
                var name: String
                var status: String
            }

            var summary: Summary
            var cases: [Case]
        }
        #expect(try authz("test", "policies").status == 0)
        let result = try authz("test", "--format", "json", "policies")
        let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        #expect(result.status == 0)
        #expect(report.summary.passed == 99)
        #expect(report.summary.failed == 0)
        #expect(report.summary.errors == 0)
        #expect(report.summary.skipped == 0)
        #expect(report.cases.count == 99)
    }

    @Test("they notice every fault that a request can show, and put every part of the policies to the test")
    func suitesNoticeFaults() throws {
        let result = try authz("test", "--mutate", "--coverage-min", "100", "policies")
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains(" killed, 0 survived"))
        #expect(!result.output.contains("undecided"), "\(result.output)")
    }

    @Test("lists multiply: ten thousand cases in one file")
    func manyCases() throws {
        let paths = (0..<2_500).map { "/api/v1/orders/\($0)" }.joined(separator: ", ")
        let folder = try TemporaryFolder()
        let suite = try folder.write(
            """
            tests:
              - name: strangers read nothing
                source: [{principal: cluster.local/ns/legacy/sa/a}, {principal: cluster.local/ns/legacy/sa/b}]
                destination: {workload: production/api, port: 8080}
                request: {method: [GET, POST], path: [\(paths)]}
                expect: deny
            """, to: "many_test.yaml")
        let result = try authz("test", suite.path())
        #expect(result.status == 0)
        #expect(result.output.contains("10000"))
    }

    @Test("a suite that fails ends with 1, one that cannot be read with 2")
    func badSuites() throws {
        let folder = try TemporaryFolder()
        let suite = """
            tests:
              - name: the frontend removes
                source: {principal: cluster.local/ns/production/sa/frontend}
                destination: {workload: production/api, port: 8080}
                request: {method: DELETE, path: /api/v1/orders}
                expect: allow
            """
        let failing = try folder.write(suite, to: "failing_test.yaml")
        let result = try authz("test", failing.path())
        #expect(result.status == 1)
        #expect(result.output.contains("the frontend removes"))
        #expect(result.output.contains("production/api-access"), "a failed case shows its explanation")

        let unreadable = try folder.write(suite.replacing("expect:", with: "expects:"), to: "unreadable_test.yaml")
        let unread = try authz("test", unreadable.path())
        #expect(unread.status == 2)
        #expect(unread.errors.contains("unreadable_test.yaml:6:"))
    }

    @Test(
        "input that is missing or wrong is one diagnostic and exit 2",
        arguments: [
            (["explain", "no-such-file.json"], "no-such-file.json"),
            (["explain", "--policies", "no-such-folder", "examples/denied.json"], "no-such-folder"),
            (["explain", "--policies", "examples/tokens", "examples/denied.json"], "examples/tokens"),
            (["explain", "Makefile"], "Makefile:"),
            (["test", "no-such-folder"], "no-such-folder"),
        ])
    func badInput(_ arguments: [String], _ named: String) throws {
        let child = try Child(Repository.authz, arguments)
        #expect(try child.exitStatus() == 2)
        #expect(try child.errors.contains(named))
        // A suite that cannot be read is a result of the run as well.
        #expect(try child.output.isEmpty == (arguments[0] != "test"))
    }

    @Test("a request is read from standard input")
    func standardInput() throws {
        let result = try authz("explain", "-", input: Repository.text(of: "examples/denied.json"))
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("DENY 403  production/deny-admin"))
    }

    @Test("usage errors end with 64")
    func usage() throws {
        #expect(try authz("explain").status == 64)
        #expect(try authz("no-such-command").status == 64)
    }

    @Test("the version and the help of each command with its example")
    func help() throws {
        #expect(try authz("version").output.hasPrefix("authz "))
        for command in ["serve", "explain", "test", "version"] {
            let result = try authz(command, "--help")
            #expect(result.status == 0)
            #expect(result.output.contains("authz \(command)"))
        }
    }

    /// The number of the first line that begins with `text` below the one that contains `anchor`.
    private static func line(of text: String, after anchor: String, in file: String) throws -> Int {
        let lines = try Repository.text(of: file).split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.contains(anchor) })
        return try #require(lines[start...].firstIndex { $0.hasPrefix(text) }) + 1
    }
}
