import ArgumentParser
import AuthzCore

/// `authz token inspect`
struct TokenInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Decode a token and say what it says of itself.",
        discussion: """
            Verifies nothing, and says so; sends nothing anywhere. A `Bearer ` in front is taken off. Without tokens on the \
            command line, each line of standard input is one.

            Exit status: 0; 1 a token is malformed; 2 bad input.

            Example:
              authz token inspect "$(cat examples/tokens/alice.jwt)"
            """)

    @Argument(help: "Tokens; by default the lines of standard input.")
    var tokens: [String] = []

    @Option(
        help: ArgumentHelp("The time to compare with, such as 2026-01-01T00:00:00Z (default: now).", valueName: "time"))
    var now: String?

    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        _ = try output.resolve(.process)
        _ = try TokenClock.resolve(now, .process)
    }

    func run() throws {
        let console = Console(try output.resolve(.process), answers: .standardOutput(hidesSignatures: false))
        let now = try TokenClock.resolve(self.now, .process)
        try console.run { () throws(InputError) in
            try TokenInspector(console, now: now).run(TokenInput(tokens))
        }
    }
}
