import ArgumentParser
import AuthzCore

/// `authz lint`
struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Find holes in policies, and what in them never acts, by requests.",
        discussion: """
            Validates the policies, then looks for requests that pass where they are meant to be stopped, and for rules, \
            values and policies that never act. Each finding shows a request that was decided, and what it got; pipe it into \
            authz explain to see why. Uses no network.

            Other CUSTOM providers are assumed to allow what they are asked, as what they would deny proves nothing; \
            --assume-custom deny assumes the contrary.

            The annotation `lint.authz/CODE: reason` of a policy suppresses a finding of it.

            Exit status: 0; 1 for findings from --fail-level on; 2 bad input.

            Example:
              authz lint policies/
              authz lint --fail-level error --format sarif > lint.sarif
              authz lint --explain deny-path-bypass
            """)

    @Argument(
        help: ArgumentHelp("Files and folders of policies, or - for standard input.", valueName: "path"),
        completion: .file())
    var paths: [String] = []

    @Option(
        help: ArgumentHelp(
            "Tell what a code of any message means, with a bad and a good example, or `all` of them.", valueName: "code"
        ),
        completion: .list(ExplainedCode.all.map(\.name) + ["all"]))
    var explain: String?

    @Option(help: "From which severity on findings make the run fail (default: warning).")
    var failLevel: FailLevel?

    @OptionGroup(title: "Policies") var policies: PolicyOptions
    @OptionGroup(title: "Configuration") var configuration: ConfigurationOptions
    @OptionGroup(title: "Output") var output: ReportOptions

    func validate() throws {
        _ = try output.resolve(.process)
        _ = try resolve(.process)
        if let explain { _ = try codes(explain) }
    }

    func run() throws {
        if configuration.isPrinted(for: .lint, arguments: ["policies": paths]) { return }
        let console = Console(try output.resolve(.process).output)
        if let explain {
            let pages = try codes(explain).map { $0.text(console.answerStyle) }
            return console.answers.write(pages.joined(separator: "\n"))
        }
        let settings = try resolve(.process)
        try console.run { () throws(InputError) in try LintRunner(settings, console).run() }
    }

    private func codes(_ text: String) throws -> [ExplainedCode] {
        if text == "all" { return ExplainedCode.all }
        if let code = ExplainedCode(text) { return [code] }
        let names = ExplainedCode.all.map(\.name)
        let hint = NameSuggestion.nearest(to: text, among: names + ["all"]).map { "did you mean `\($0)`?" }
        throw ValidationError(
            "\(text.quoted) is no code of `authz`; \(hint ?? "`authz lint --explain all` has all of them")")
    }

    private func resolve(_ environment: Environment) throws -> LintSettings {
        guard paths.isEmpty || policies.policies.isEmpty else {
            throw ValidationError("the policies are named twice: as arguments and with --policies")
        }
        var policies = try policies.resolve(environment, assuming: .allow)
        if !paths.isEmpty { policies.paths = paths }
        return LintSettings(
            policies: policies, format: try output.resolve(environment).format,
            summaryPath: environment.values["GITHUB_STEP_SUMMARY"],
            failLevel: try failLevel ?? environment.choice("AUTHZ_FAIL_LEVEL", of: FailLevel.self) ?? .warning)
    }
}
