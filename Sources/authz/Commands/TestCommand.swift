import ArgumentParser
import AuthzCore

/// `authz test`
struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run suites of requests with their expected decisions.",
        discussion: """
            Runs the files named, and in the folders named all *_test.yaml files; by default those in the folders of \
            policies. A failed case prints its explanation.

            Exit status: 0 all passed; 1 some failed; 2 bad input.

            Example:
              authz test -p policies/ policies/api_test.yaml
              authz test --filter "the frontend" --format json
            """)

    @Argument(help: ArgumentHelp("Suites, or folders that hold some.", valueName: "path"))
    var paths: [String] = []

    @Option(
        help: ArgumentHelp(
            "Run only the cases whose name, or whose suite's description, contains this text.", valueName: "text"))
    var filter: String?

    @Flag(help: "Stop at the first case that does not pass.")
    var failFast = false

    @OptionGroup(title: "Policies") var policies: PolicyOptions
    @OptionGroup(title: "Policies") var fetching: KeyFetchOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        _ = try output.resolve(.process)
        _ = try resolve(.process)
    }

    func run() throws {
        let console = Console(try output.resolve(.process))
        let settings = try resolve(.process)
        try console.run { SuiteRunner.run(settings, console) }
    }

    private func resolve(_ environment: Environment) throws -> TestSettings {
        let policies = try policies.resolve(environment, fetching: fetching)
        return TestSettings(
            paths: paths.isEmpty ? policies.paths.filter { $0 != "-" } : paths, policies: policies,
            filter: filter ?? environment.text("AUTHZ_FILTER"),
            failsFast: try failFast || environment.flag("AUTHZ_FAIL_FAST"))
    }
}
