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

    @Argument(help: "Tokens; by default, or with -, the lines of standard input.")
    var tokens: [String] = []

    @Option(
        help: ArgumentHelp("The time to compare with, such as 2026-01-01T00:00:00Z (default: now).", valueName: "time"))
    var now: String?

    @Option(
        help: ArgumentHelp("Refuse longer tokens unread (default: 16384; 1 to 1048576).", valueName: "bytes"))
    var maximumTokenBytes: Int?

    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        _ = try output.resolve(.process)
        _ = try TokenClock.resolve(now, .process)
        _ = try TokenLimitOptions.maximumTokenBytes(maximumTokenBytes, .process)
    }

    func run() throws {
        let console = Console(try output.resolve(.process), answers: .standardOutput(hidesSignatures: true))
        let now = try TokenClock.resolve(self.now, .process)
        let maximum =
            try TokenLimitOptions.maximumTokenBytes(maximumTokenBytes, .process) ?? TokenLimits().maximumTokenBytes
        try console.run { () throws(InputError) in
            try TokenInspector(console, now: now, maximumTokenBytes: maximum).run(TokenInput(tokens))
        }
    }
}
