import ArgumentParser

/// The program: decides requests under Istio's security policies.
@main
struct Authz: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authz",
        abstract: "Decide requests under Istio's security policies: serve, explain, test, token.",
        discussion: """
            Every option can also be given as a variable AUTHZ_… in the environment, such as AUTHZ_POLICIES; \
            a repeatable one takes its values divided by commas.

            Exit status: 0 yes (passed, explained); 1 no (failed, denied under --exit-code); 2 no answer (bad input); \
            64 usage.

            Example:
              authz explain -p policies/ examples/denied.json
            """,
        version: ProductVersion.current,
        subcommands: [ServeCommand.self, ExplainCommand.self, TestCommand.self, TokenCommand.self, VersionCommand.self])
}
