import Foundation
import Testing

@testable import authz

/// The files of coverage, and what GitHub is told.
extension CoverageTests {
    @Test("the tracefile of lcov has the policies as functions, and what stands on one line as branches")
    func lcov() throws {
        let run = try SuiteRunnerTests.run(Self.files, ["a_test.yaml"]) { $0.coverage = CoverageSettings() }
        #expect(run.status == 0)
        let folder = try Scratch([:])
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        let path = folder("lcov.info")
        _ = try SuiteRunnerTests.run(Self.files, ["a_test.yaml"]) { $0.coverage = CoverageSettings(lcovPath: path) }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines[0] == "TN:")
        #expect(lines[1].hasPrefix("SF:") && lines[1].hasSuffix("/policies.yaml"))
        #expect(
            Array(lines.dropFirst(2)) == [
                "FN:2,AuthorizationPolicy shop/p", "FNDA:1,AuthorizationPolicy shop/p", "FNF:1", "FNH:1",
                "BRDA:4,0,0,1", "BRDA:4,0,1,1", "BRDA:4,0,2,0", "BRDA:4,0,3,1", "BRDA:4,0,4,0", "BRF:5", "BRH:3",
                "DA:2,1", "DA:4,1", "LF:2", "LH:2", "end_of_record",
            ])
    }

    @Test(
        "a line of the tracefile is hit where a branch of it is, and each function has a name of its own, as lcov 2 asks"
    )
    func consistentTracefile() throws {
        let values = "paths: [/a, /b], notPaths: [/c]"
        let resources = [
            "rules: [{to: [{operation: {\(values)}}]}]", "rules: [{to: [{operation: {methods: [GET]}}]}, {}]",
        ].map { Self.policy("{\($0)}") + Self.workload }
        // Two suites of one file, whose policies have one name.
        let suite = resources.map { text in
            "resources: |\n\(text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)\n" }.joined())"
                + "tests: [{name: a, destination: {workload: shop/cart}, request: {path: /c}, expect: {status: \(text.contains("notPaths") ? 403 : 200)}}]\n"
        }.joined(separator: "---\n")
        let folder = try Scratch(["x": ""])
        let path = folder("lcov.info")
        let run = try SuiteRunnerTests.run(["a_test.yaml": suite], ["a_test.yaml"]) {
            $0.coverage = CoverageSettings(lcovPath: path)
        }
        #expect(run.status == 0, "\(run.answer)\(run.messages)")
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        func records(_ kind: String) -> [[String]] {
            lines.filter { $0.hasPrefix("\(kind):") }.map {
                $0.dropFirst(kind.count + 1).split(separator: ",").map(String.init)
            }
        }
        let hits = Dictionary(uniqueKeysWithValues: records("DA").map { ($0[0], Int($0[1]) ?? 0) })
        #expect(hits.values.contains(0) && hits.values.contains { $0 > 0 })
        let branches = Dictionary(grouping: records("BRDA"), by: { $0[0] })
        #expect(branches.count >= 2)
        for (line, branches) in branches {
            let isHit = (hits[line] ?? 0) > 0
            #expect(isHit == branches.contains { $0[3] != "0" }, "line \(line)")
        }
        let names = records("FN").map { $0[1] }
        #expect(names.count == 2 && Set(names).count == 2, "\(names)")
        #expect(records("FNDA").map { $0[1] } == names)
    }

    @Test("GitHub is told what was asked for where that is not covered")
    func missedMinimum() throws {
        let folder = try Scratch(["summary.md": ""])
        for (percent, isTold) in [(67, true), (66, false)] {
            let run = try SuiteRunnerTests.run(Self.files, ["a_test.yaml"], format: .github) {
                $0.coverage = CoverageSettings(minimum: percent)
                $0.summaryPath = folder("summary.md")
            }
            #expect(
                run.answer.contains("\n::error title=coverage::the coverage is 66.6%25, and 67%25 is asked for\n")
                    == isTold,
                "\(run.answer)")
        }
        let summary = try String(contentsOfFile: folder("summary.md"), encoding: .utf8)
        #expect(
            summary.split(separator: "\n").count { $0 == "**Not enough:** the coverage is 66.6%, and 67% is asked for" }
                == 1)
    }

    @Test("the page shows the policies with what is not covered, and nothing of a policy is markup there")
    func page() throws {
        let folder = try Scratch(["x": ""])
        let path = folder("coverage.html")
        var files = Self.files
        files["policies.yaml"] = "# <script>alert(1)</script> \"k\": \"c2VjcmV0\"\n" + (files["policies.yaml"] ?? "")
        let run = try SuiteRunnerTests.run(files, ["a_test.yaml"]) { $0.coverage = CoverageSettings(htmlPath: path) }
        #expect(run.status == 0)
        let page = try String(contentsOfFile: path, encoding: .utf8)
        #expect(page.contains("# &lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(!page.contains("<script"))
        #expect(!page.contains("c2VjcmV0"), "a secret in a policy is none of the page's business")
        #expect(page.contains("<mark title=\"no case hangs on shop/p, rule 1, to methods `PUT`\">PUT</mark>"))
        #expect(page.contains("prefers-color-scheme: dark") && page.contains("name=\"viewport\""))
        #expect(
            !page.contains("http://") && !page.contains("https://") && !page.contains("src="), "it needs nothing else")
    }
}
