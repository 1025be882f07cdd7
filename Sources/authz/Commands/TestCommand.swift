import ArgumentParser
import AuthzCore

/// `authz test`
struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run suites of requests with their expected decisions.",
        discussion: """
            Runs the files named, and in the folders named all *_test.yaml files; by default those in the folders of \
            policies. A failed case prints its explanation, and the command by which authz explain says what would change it.

            Exit status: 0 all passed; 1 some failed, less is covered than --coverage-min asks \
            for, or --mutate found what no case notices; 2 bad input.

            Example:
              authz test -p policies/ policies/api_test.yaml
              authz test --filter "the frontend" --format json
              authz test --format junit > results.xml
              authz test --coverage-html coverage.html --coverage-min 90
              authz test --mutate
              authz test --record decisions.log > policies/recorded_test.yaml
            """)

    @Argument(help: ArgumentHelp("Suites, or folders that hold some.", valueName: "path"), completion: .file())
    var paths: [String] = []

    @Option(
        help: ArgumentHelp(
            "Run only the cases whose name, or whose suite's description, contains this text.", valueName: "text"))
    var filter: String?

    @Flag(help: "Stop at the first case that does not pass.")
    var failFast = false

    @Flag(
        help: """
            Put one small fault after the other into the policies, run the suites on each, and name those that no case notices, with \
            a case that would. Exit with 1 where there is one.
            """)
    var mutate = false

    @Flag(help: "Run again whenever a suite, a policy or what they name has changed.")
    var watch = false

    @Option(
        help: ArgumentHelp(
            """
            Run nothing, and write a suite of the decisions in this log of `authz serve --decision-log` (`-`: standard input), \
            as the policies decide them now.
            """, valueName: "log"), completion: .file())
    var record: String?

    @OptionGroup(title: "Coverage") var coverage: CoverageOptions
    @OptionGroup(title: "Policies") var policies: PolicyOptions
    @OptionGroup(title: "Policies") var fetching: KeyFetchOptions
    @OptionGroup(title: "Configuration") var configuration: ConfigurationOptions
    @OptionGroup(title: "Output") var output: ReportOptions

    func validate() throws {
        _ = try output.resolve(.process)
        let settings = try resolve(.process)
        if settings.recordPath != nil {
            guard paths.isEmpty, !settings.watches, settings.coverage == nil, !settings.mutates else {
                throw ValidationError("`--record` runs no suites, so it goes with none, nor with options of a run")
            }
        }
    }

    func run() throws {
        if configuration.isPrinted(for: .test) { return }
        let console = Console(try output.resolve(.process).output)
        let settings = try resolve(.process)
        if settings.watches {
            var watcher = SuiteWatcher(settings, console)
            watcher.run()
        }
        try console.run { () throws(InputError) in
            guard let path = settings.recordPath else { return try SuiteRunner.run(settings, console) }
            return try SuiteRecorder.run(path, settings.policies, console)
        }
    }

    private func resolve(_ environment: Environment) throws -> TestSettings {
        let policies = try policies.resolve(environment, fetching: fetching)
        return TestSettings(
            paths: paths, policies: policies,
            format: try output.resolve(environment).format, summaryPath: environment.values["GITHUB_STEP_SUMMARY"],
            filter: filter ?? environment.text("AUTHZ_FILTER"),
            failsFast: try failFast || environment.flag("AUTHZ_FAIL_FAST"), coverage: try coverage.resolve(environment),
            mutates: try mutate || environment.flag("AUTHZ_MUTATE"), watches: watch, recordPath: record)
    }
}
