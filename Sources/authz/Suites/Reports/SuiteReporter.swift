import AuthzCore

/// Writes the results of suites.
protocol SuiteReporter {
    /// Takes a result, in the order of the cases.
    ///
    /// - Parameter explanation: Why it was decided as it was; `nil` unless it failed.
    mutating func report(_ result: CaseResult, explanation: CaseExplanation?)
    /// Takes what a case that passes is warned of, which is told on standard error as well.
    mutating func report(_ warnings: [Diagnostic])
    /// Whether ``report(_:explanation:)`` has a use for explanations.
    var showsExplanations: Bool { get }
    /// Writes what was held back of cases that were not run.
    mutating func endSuite()
    /// Ends the answer.
    mutating func finish(_ outcome: SuiteOutcome)
}

extension SuiteReporter {
    var showsExplanations: Bool { true }
    mutating func report(_ warnings: [Diagnostic]) {}
    mutating func endSuite() {}
}
