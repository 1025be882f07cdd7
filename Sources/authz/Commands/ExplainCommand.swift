import ArgumentParser
import AuthzCore
import AuthzEngine
import AuthzPolicy

/// `authz explain`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Decide one request and say why.",
        discussion: """
            Decides offline, but for the keys that --fetch-jwks brings, and shows the layers in the order in which they act, \
            the policies that reach the workload and those that do not, each rule with the values that it saw.

            Exit status: 0; with --exit-code 1 when denied; 2 bad input.

            Example:
              authz explain -p policies/ examples/denied.json
              echo '{"destination": {"workload": "production/api"}, "request": {"path": "/health"}}' | authz explain -
            """)

    @Argument(help: "A request document in JSON or YAML, or - for standard input.")
    var request: String

    @Flag(help: "Exit with 1 when the request is denied.")
    var exitCode = false

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
        try console.run { () throws(InputError) in try Explainer(settings, console).run() }
    }

    private func resolve(_ environment: Environment) throws -> ExplainSettings {
        let policies = try policies.resolve(environment, fetching: fetching)
        if request == "-", policies.paths.contains("-") {
            throw ValidationError("standard input cannot be both the request and the policies")
        }
        return ExplainSettings(
            requestPath: request, policies: policies,
            failsOnDenial: try exitCode || environment.flag("AUTHZ_EXIT_CODE"))
    }
}
