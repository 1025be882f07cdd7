import ArgumentParser
import AuthzCore
import AuthzEngine
import AuthzPolicy

/// `authz explain`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Decide requests and say why.",
        discussion: """
            Decides offline, but for the keys that --fetch-jwks brings, and shows the layers in the order in which they act, \
            the policies that reach the workload and those that do not, each rule with the values that it saw. Of a denied \
            request it says the smallest change that would be allowed, and the smallest change of the policies as a patch with \
            what else that would open; of an allowed one, which rules it hangs on.

            A file holds a request document in JSON or YAML, several of them as documents of one stream, an Envoy's \
            CheckRequest, or lines of the log of authz serve --decision-log. FILE#NAME is a case of a suite, decided by \
            the policies of the suite.

            Exit status: 0; with --exit-code 1 when one is denied; 2 bad input.

            Example:
              authz explain -p policies/ examples/denied.json
              authz explain --curl --html why.html examples/requests/no-rule-matched.yaml
              authz explain 'policies/api_test.yaml#other namespaces do not'
              authz explain --diff-request \\
                  examples/requests/allowed.json examples/denied.json
              echo '{destination: {workload: production/api}, request: {path: /health}}' |
                  authz explain -
            """)

    @Argument(
        help: ArgumentHelp(
            "Files of requests, SUITE#NAME for a case of a suite, or - for standard input.", valueName: "file"),
        completion: .file())
    var requests: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Compare how two requests are decided: two files.", valueName: "file"), completion: .file())
    var diffRequest: [String] = []

    @Flag(help: "Print the curl command that sends the request, changed so that it is allowed.")
    var curl = false

    @Option(help: ArgumentHelp("Write all of it as one HTML page, too.", valueName: "file"), completion: .file())
    var html: String?

    @Flag(help: "Exit with 1 when a request is denied.")
    var exitCode = false

    @OptionGroup(title: "Policies") var policies: PolicyOptions
    @OptionGroup(title: "Policies") var fetching: KeyFetchOptions
    @OptionGroup(title: "Configuration") var configuration: ConfigurationOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        _ = try output.resolve(.process)
        _ = try resolve(.process)
    }

    func run() throws {
        if configuration.isPrinted(for: .explain) { return }
        let console = Console(try output.resolve(.process))
        let settings = try resolve(.process)
        try console.run { () throws(InputError) in try Explainer(settings, console).run() }
    }

    private func resolve(_ environment: Environment) throws -> ExplainSettings {
        let policies = try policies.resolve(environment, fetching: fetching)
        guard diffRequest.isEmpty || (diffRequest.count == 2 && requests.isEmpty) else {
            throw ValidationError("--diff-request compares two files, and no other request beside them")
        }
        guard !curl || diffRequest.isEmpty else {
            throw ValidationError("--curl prints one request, and --diff-request compares two")
        }
        let page = html ?? environment.text("AUTHZ_HTML")
        guard page != "-" else { throw ValidationError("--html writes a file, and `-` is none") }
        let paths = requests + diffRequest
        guard !paths.isEmpty else { throw ValidationError("no request: name a file, or - for standard input") }
        if paths.count(where: { $0 == "-" }) + policies.paths.count(where: { $0 == "-" }) > 1 {
            throw ValidationError("standard input cannot be both the request and the policies")
        }
        return ExplainSettings(
            requestPaths: paths, policies: policies,
            failsOnDenial: try exitCode || environment.flag("AUTHZ_EXIT_CODE"), isDifference: !diffRequest.isEmpty,
            showsCurl: try curl || environment.flag("AUTHZ_CURL"), pagePath: page)
    }
}
