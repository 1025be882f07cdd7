import ArgumentParser

/// The options by which a run of suites says what of the policies they put to the test.
struct CoverageOptions: ParsableArguments {
    @Flag(help: "Say which policies, rules and listed values no case puts to the test.")
    var coverage = false

    @Option(help: ArgumentHelp("Write the coverage as a tracefile of lcov.", valueName: "file"), completion: .file())
    var coverageLcov: String?

    @Option(
        help: ArgumentHelp("Write the coverage as an HTML page over the policies.", valueName: "file"),
        completion: .file())
    var coverageHtml: String?

    @Option(help: ArgumentHelp("Exit with 1 where less than this is covered.", valueName: "percent"))
    var coverageMin: Int?

    func validate() throws {
        _ = try resolve(.process)
    }

    /// What is asked, with the environment taken in; `nil` for nothing. Each option asks for the others' work as well.
    func resolve(_ environment: Environment) throws -> CoverageSettings? {
        let range = 0...100
        if let coverageMin, !range.contains(coverageMin) {
            throw ValidationError("`--coverage-min \(coverageMin)` is out of range; expected 0 to 100")
        }
        let settings = CoverageSettings(
            lcovPath: coverageLcov ?? environment.text("AUTHZ_COVERAGE_LCOV"),
            htmlPath: coverageHtml ?? environment.text("AUTHZ_COVERAGE_HTML"),
            minimum: try coverageMin ?? environment.number("AUTHZ_COVERAGE_MIN", in: range))
        let isAsked = try coverage || environment.flag("AUTHZ_COVERAGE")
        return isAsked || settings != CoverageSettings() ? settings : nil
    }
}
