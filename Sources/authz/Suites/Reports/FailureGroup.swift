/// Cases that lists made of one and that failed alike.
struct FailureGroup {
    /// At least one.
    var results: [CaseResult]
    /// Of the first; `nil` where none is asked for.
    var explanation: CaseExplanation?

    /// Whether a case is of the test that these are of.
    func isOfOneTest(with result: CaseResult) -> Bool {
        results[0].location == result.location && results[0].suite == result.suite
    }

    /// Whether a case got what these got, for the same reasons.
    func isAlike(_ result: CaseResult, _ other: CaseExplanation?) -> Bool {
        isOfOneTest(with: result) && results[0].differences == result.differences
            && results[0].slips == result.slips && results[0].hints == result.hints
            && explanation?.pattern == other?.pattern
    }
}
