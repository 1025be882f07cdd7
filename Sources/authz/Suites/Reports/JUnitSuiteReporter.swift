import AuthzCore
import AuthzEngine

/// Writes one JUnit document when all suites are done: a `testsuite` for each suite, a `testcase` for each case. No time is in it, so
/// that the same run gives the same bytes.
struct JUnitSuiteReporter: SuiteReporter {
    let console: Console
    private var suites: [Suite] = []

    private struct Suite {
        var name: String
        var summary = SuiteSummary()
        var text = ""
    }

    init(_ console: Console) {
        self.console = console
    }

    mutating func report(_ result: CaseResult, explanation: CaseExplanation?) {
        if suites.last?.name != result.suite { suites.append(Suite(name: result.suite)) }
        let last = suites.count - 1
        suites[last].summary.count(result.status)
        suites[last].text += Self.testcase(result, explanation: explanation?.lines)
    }

    private static func testcase(_ result: CaseResult, explanation: String?) -> String {
        let name = result.title.isEmpty ? "(suite)" : result.title
        var text = "    <testcase classname=\"\(result.suite.escapingControls.xmlEscaped)\" name=\"\(name.xmlEscaped)\""
        text += " file=\"\(result.place.file.xmlEscaped)\" line=\"\(max(1, result.place.line))\""
        let message = result.complaint.joined(separator: "; ").escapingControls.xmlEscaped
        switch result.status {
        case .passed: return text + "/>\n"
        case .skipped: return text + ">\n      <skipped message=\"\(message)\"/>\n    </testcase>\n"
        case .error: return text + ">\n      <error type=\"error\" message=\"\(message)\"/>\n    </testcase>\n"
        case .failed:
            let detail = ([result.place.description] + result.complaint).joined(separator: "\n") + "\n"
            text += ">\n      <failure type=\"failed\" message=\"\(message)\">"
            return text + (detail + (explanation ?? "")).xmlText + "</failure>\n    </testcase>\n"
        }
    }

    mutating func finish(_ outcome: SuiteOutcome) {
        var summary = outcome.summary
        if let mutation = outcome.mutation {
            let suite = Self.suite(of: mutation)
            summary.add(suite.summary)
            suites.append(suite)
        }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites name=\"authz test\" \(Self.counts(summary))>\n"
        for suite in suites {
            text += "  <testsuite name=\"\(suite.name.escapingControls.xmlEscaped)\" \(Self.counts(suite.summary))>\n"
            text += suite.text + "  </testsuite>\n"
        }
        if let coverage = outcome.coverage { text += Self.suite(of: coverage) }
        console.answers.write(text + "</testsuites>\n")
    }

    /// A mutant is a test of the suites.
    private static func suite(of mutation: MutationReport) -> Suite {
        var suite = Suite(name: "mutants")
        for entry in mutation.entries {
            let place = entry.mutant.location
            var text = "    <testcase classname=\"mutants\" name=\"\("\(place) \(entry.mutant.title)".xmlEscaped)\""
            text += " file=\"\(place.file.xmlEscaped)\" line=\"\(place.line)\""
            switch entry.fate {
            case .killed:
                suite.summary.count(.passed)
                text += "/>\n"
            case .equivalent, .undecided:
                suite.summary.count(.skipped)
                text += ">\n      <skipped message=\"\(entry.remark.xmlEscaped)\"/>\n    </testcase>\n"
            case .survived(let found):
                suite.summary.count(.failed)
                let detail = ([found.heading] + found.lines).joined(separator: "\n").xmlText
                text +=
                    ">\n      <failure type=\"survived\" message=\"\(entry.remark.xmlEscaped)\">\(detail)</failure>\n"
                text += "    </testcase>\n"
            }
            suite.text += text
        }
        return suite
    }

    /// A suite without a case, whose output says what is not covered: that is no failure.
    private static func suite(of coverage: CoverageReport) -> String {
        let lines = [coverage.headline] + coverage.uncovered.map { "\($0.location): \($0.complaint)" }
        return "  <testsuite name=\"coverage\" \(counts(SuiteSummary()))>\n    <system-out>"
            + lines.map(\.escapingControls).joined(separator: "\n").xmlText + "</system-out>\n  </testsuite>\n"
    }

    private static func counts(_ summary: SuiteSummary) -> String {
        "tests=\"\(summary.total)\" failures=\"\(summary[.failed])\" errors=\"\(summary[.error])\" "
            + "skipped=\"\(summary[.skipped])\""
    }
}
