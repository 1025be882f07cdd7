/// Writes the results of suites.
protocol SuiteReporter {
    /// Takes a result, in the order of the cases.
    ///
    /// - Parameter explanation: Why it was decided as it was; `nil` unless it failed.
    mutating func report(_ result: CaseResult, explanation: String?)
    /// Whether ``report(_:explanation:)`` has a use for explanations.
    var showsExplanations: Bool { get }
    /// Ends the answer.
    mutating func finish(_ outcome: SuiteOutcome)
}

extension SuiteReporter {
    var showsExplanations: Bool { true }
}
