extension ReportFormat {
    /// What writes the results of suites in this format.
    ///
    /// - Parameter summaryPath: Where GitHub takes a summary of a job; `nil` elsewhere.
    func suiteReporter(_ console: Console, summaryPath: String?) -> any SuiteReporter {
        switch self {
        case .text: TextSuiteReporter(console)
        case .json: JSONSuiteReporter(console)
        case .junit: JUnitSuiteReporter(console)
        case .tap: TAPSuiteReporter(console)
        case .github: GitHubSuiteReporter(console, summaryPath: summaryPath)
        case .sarif: SARIFSuiteReporter(console)
        }
    }

    /// Whether explanations are read on a terminal, and so may be colored.
    var isForPeople: Bool { self == .text }
}
