import AuthzCore

/// Writes one JSON object when all suites are done.
struct JSONSuiteReporter: SuiteReporter {
    let console: Console
    let showsExplanations = false
    private var cases = JSONWriter()

    init(_ console: Console) {
        self.console = console
        cases.beginArray()
    }

    mutating func report(_ result: CaseResult, explanation: String?) {
        result.write(to: &cases)
    }

    mutating func finish(_ summary: SuiteSummary) {
        cases.endArray()
        var head = JSONWriter()
        head.beginObject()
        head.name("summary")
        summary.write(to: &head)
        head.name("cases")
        console.answers.write(head.bytes + cases.bytes + Array("}\n".utf8))
    }
}
