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

    mutating func report(_ result: CaseResult, explanation: CaseExplanation?) {
        result.write(to: &cases)
    }

    /// The members that are there only where they are asked for.
    private static func tail(_ outcome: SuiteOutcome) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        if let coverage = outcome.coverage {
            json.name("coverage")
            coverage.write(to: &json)
        }
        if let mutation = outcome.mutation {
            json.name("mutation")
            mutation.write(to: &json)
        }
        // Without the bracket, behind what is written already.
        let members = Array(json.bytes.dropFirst())
        return members.isEmpty ? [] : [UInt8(ascii: ",")] + members
    }

    mutating func finish(_ outcome: SuiteOutcome) {
        cases.endArray()
        var head = JSONWriter()
        head.beginObject()
        head.name("summary")
        outcome.summary.write(to: &head)
        head.name("cases")
        console.answers.write(head.bytes + cases.bytes + Self.tail(outcome) + Array("}\n".utf8))
    }
}
