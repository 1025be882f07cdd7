import Foundation
import Testing

@testable import authz

/// The forms in which programs read the results of suites. What real readers make of them, the tests of the built command say.
@Suite struct SuiteReportTests {
    /// A case that passes, one that fails, one that nothing can be made of and one that is skipped, with what each form has to escape.
    private static let suite = """
        description: "carts, 100% <&>"
        tests:
          - {name: reads, destination: {workload: shop/cart}, request: {}, expect: allow}
          - {name: "writes #1: <\\"&'>, 50%", destination: {workload: shop/cart}, request: {method: PUT}, expect: allow}
          - {name: misspelled, destination: {workload: shop/card}, request: {}, expect: deny}
          - {name: later, skip: "not # built", destination: {workload: shop/cart}, request: {}, expect: allow}
        """

    private static func run(_ format: ReportFormat, _ suite: String = suite) throws -> SuiteRunnerTests.Run {
        try SuiteRunnerTests.run(["a_test.yaml": suite], ["a_test.yaml"], format: format)
    }

    @Test("every form ends with the same status")
    func statuses() throws {
        for format in ReportFormat.allCases {
            #expect(try Self.run(format).status == 2)
            #expect(try Self.run(format, SuiteRunnerTests.good).status == 0)
        }
    }

    @Test("the same run gives the same bytes")
    func deterministic() throws {
        for format in ReportFormat.allCases { #expect(try Self.run(format).answer == Self.run(format).answer) }
    }

    @Test("JUnit has a suite for each suite and a case for each case, with what went wrong")
    func junit() throws {
        let answer = try Self.run(.junit).answer
        #expect(
            answer.hasPrefix(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="authz test" tests="4" failures="1" errors="1" skipped="1">
                  <testsuite name="a_test.yaml: carts, 100% &lt;&amp;&gt;" tests="4" failures="1" errors="1" skipped="1">
                    <testcase classname="a_test.yaml: carts, 100% &lt;&amp;&gt;" name="reads" file="a_test.yaml" line="3"/>
                    <testcase classname="a_test.yaml: carts, 100% &lt;&amp;&gt;" name="writes #1: &lt;&quot;&amp;&#39;&gt;, 50%" \
                file="a_test.yaml" line="4">
                      <failure type="failed" message="outcome: expected allow, got deny">a_test.yaml:4:5
                outcome: expected allow, got deny
                DENY 403  no ALLOW policy matched

                """), "\(answer)")
        #expect(
            answer.contains(
                """
                    <testcase classname="a_test.yaml: carts, 100% &lt;&amp;&gt;" name="misspelled" file="a_test.yaml" line="5">
                      <error type="error" message="a_test.yaml:5:48: `shop/card` is not in the inventory; \
                did you mean `shop/cart`?"/>
                    </testcase>

                """), "\(answer)")
        #expect(answer.contains("      <skipped message=\"not # built\"/>\n"))
        let document = try XMLReader.names(in: answer)
        #expect(document == ["testsuites": 1, "testsuite": 1, "testcase": 4, "failure": 1, "error": 1, "skipped": 1])
    }

    @Test("characters that XML cannot hold are replaced, so that what is left can be read")
    func xmlCharacters() throws {
        let suite = """
            tests: [{name: "a\\u0001\\u001b[31m\\n]]>b\\ud83d\\ude00", destination: {workload: shop/cart}, request: {}, expect: deny}]
            """
        let answer = try Self.run(.junit, suite).answer
        #expect(try XMLReader.names(in: answer)["testcase"] == 1)
        #expect(answer.contains("name=\"a\\u{1}\\u{1b}[31m\\n]]&gt;b😀\""), "\(answer)")
    }

    @Test("TAP numbers the cases, escapes what would be a directive, and ends with the plan")
    func tap() throws {
        let lines = try Self.run(.tap).answer.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.first == "TAP version 13")
        #expect(
            lines.filter { $0.hasPrefix("ok") || $0.hasPrefix("not ok") } == [
                "ok 1 - a_test.yaml: carts, 100% <&>: reads",
                "not ok 2 - a_test.yaml: carts, 100% <&>: writes \\#1: <\"&'>, 50%",
                "not ok 3 - a_test.yaml: carts, 100% <&>: misspelled",
                "ok 4 - a_test.yaml: carts, 100% <&>: later # SKIP not \\# built",
            ])
        #expect(lines.contains("  message: \"outcome: expected allow, got deny\""))
        #expect(Array(lines.suffix(3)) == ["1..4", "# 1 passed, 1 failed, 1 error, 1 skipped", ""])
    }

    @Test("GitHub gets an annotation at the line of each case that did not pass")
    func github() throws {
        let lines = try Self.run(.github).answer.split(separator: "\n").map(String.init)
        #expect(lines.count == 3)
        #expect(
            lines[0].hasPrefix(
                "::error file=a_test.yaml,line=4,col=5,title=writes #1%3A <\"&'>%2C 50%25::outcome: expected allow, got deny"
                    + "%0ADENY 403  no ALLOW policy matched%0A"), "\(lines[0])")
        #expect(
            lines[1]
                == "::error file=a_test.yaml,line=5,col=5,title=misspelled::a_test.yaml:5:48: `shop/card` is not in the "
                + "inventory; did you mean `shop/cart`?")
        #expect(lines[2] == "1 passed, 1 failed, 1 error, 1 skipped")
    }

    @Test("GitHub's summary of a job is added to what other steps wrote, and nothing of a case is markup in it")
    func jobSummary() throws {
        let folder = try Scratch(["summary.md": "before\n"])
        let run = try SuiteRunnerTests.run(["a_test.yaml": Self.suite], ["a_test.yaml"], format: .github) {
            $0.summaryPath = folder("summary.md")
        }
        #expect(run.status == 2)
        let text = try String(contentsOfFile: folder("summary.md"), encoding: .utf8)
        #expect(text.hasPrefix("before\n### authz test\n\n1 passed, 1 failed, 1 error, 1 skipped\n"))
        #expect(text.contains(" | writes \\#1: &lt;\"&amp;'>, 50% | outcome: expected allow, got deny |\n"), "\(text)")
    }

    @Test("SARIF has what version 2.1.0 requires of a log, a run, a rule and a result")
    func sarif() throws {
        let answer = try Self.run(.sarif).answer
        let log = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
        #expect(log["version"] as? String == "2.1.0")
        let runs = try #require(log["runs"] as? [[String: Any]])
        let tool = try #require(runs.first?["tool"] as? [String: Any])
        let driver = try #require(tool["driver"] as? [String: Any])
        #expect(driver["name"] as? String == "authz test")
        let rules = try #require(driver["rules"] as? [[String: Any]]).map { $0["id"] as? String }
        let results = try #require(runs.first?["results"] as? [[String: Any]])
        #expect(results.map { $0["ruleId"] as? String } == ["case-failed", "case-error"])
        for result in results {
            let message = result["message"] as? [String: Any]
            #expect((message?["text"] as? String)?.isEmpty == false)
            let index = try #require(result["ruleIndex"] as? Int)
            #expect(rules[index] == result["ruleId"] as? String)
            let place = (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]
            #expect((place?["artifactLocation"] as? [String: Any])?["uri"] as? String == "a_test.yaml")
            #expect(((place?["region"] as? [String: Any])?["startLine"] as? Int ?? 0) > 0)
        }
    }

    @Test(
        "a path is written as a reference of a URI",
        arguments: [
            ("policies/api.yaml", "policies/api.yaml"), ("/a/b.yaml", "file:///a/b.yaml"),
            ("a b:c%é", "a%20b%3Ac%25%C3%A9"),
        ])
    func paths(_ path: String, _ uri: String) {
        #expect(URIText.ofPath(path) == uri)
    }

    @Test("a suite that cannot be read is annotated where it is wrong")
    func unreadable() throws {
        let suite = "tests:\n  - {name: a, expect: perhaps}"
        #expect(try Self.run(.github, suite).answer.hasPrefix("::error file=a_test.yaml,line=2,col=23,title=a::"))
        #expect(try Self.run(.junit, suite).answer.contains("name=\"a\" file=\"a_test.yaml\" line=\"2\""))
    }

    @Test("progress is no part of the answer, and is not written for short runs")
    func progress() throws {
        #expect(try Self.run(.tap, SuiteRunnerTests.good).messages == "")
    }
}
