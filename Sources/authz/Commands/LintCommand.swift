import ArgumentParser
import AuthzCore
import AuthzEngine

/// `authz lint`
struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Find holes in policies, and what in them never acts, by requests.",
        discussion: """
            Validates the policies, then looks for requests that pass where they are meant to be stopped, and for rules, \
            values and policies that never act. Each finding shows a request that was decided, and what it got; pipe it into \
            authz explain to see why. Uses no network.

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
        help: ArgumentHelp("Tell what a code means, with a bad and a good set, or `all` of them.", valueName: "code"),
        completion: .list(LintCode.allCases.map(\.rawValue) + ["all"]))
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
        if configuration.isPrinted(for: .lint) { return }
        let console = Console(try output.resolve(.process).output)
        if let explain {
            let pages = try codes(explain).map { LintPageText(code: $0).text(console.answerStyle) }
            return console.answers.write(pages.joined(separator: "\n"))
        }
        let settings = try resolve(.process)
        try console.run { () throws(InputError) in try LintRunner(settings, console).run() }
    }

    private func codes(_ text: String) throws -> [LintCode] {
        if text == "all" { return LintCode.allCases }
        if let code = LintCode(rawValue: text) { return [code] }
        let names = LintCode.allCases.map(\.rawValue)
        let hint = NameSuggestion.hint(for: text, among: names)
        throw ValidationError(
            "\(text.quoted) is no code of `authz lint`; \(hint ?? "one of \(names.joined(separator: ", ")), or all")")
    }

    private func resolve(_ environment: Environment) throws -> LintSettings {
        guard paths.isEmpty || policies.policies.isEmpty else {
            throw ValidationError("the policies are named twice: as arguments and with --policies")
        }
        var policies = try policies.resolve(environment)
        if !paths.isEmpty { policies.paths = paths }
        return LintSettings(
            policies: policies, format: try output.resolve(environment).format,
            summaryPath: environment.values["GITHUB_STEP_SUMMARY"],
            failLevel: try failLevel ?? environment.choice("AUTHZ_FAIL_LEVEL", of: FailLevel.self) ?? .warning)
    }
}
