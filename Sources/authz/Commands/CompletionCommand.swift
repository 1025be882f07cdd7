import ArgumentParser

/// `authz completion`
struct CompletionCommand: ParsableCommand {
    /// A shell that completes commands.
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish

        var completionShell: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print a script by which a shell completes commands, options and their values.",
        discussion: """
            Example:
              authz completion bash > /etc/bash_completion.d/authz
              authz completion zsh > /usr/local/share/zsh/site-functions/_authz
              authz completion fish > ~/.config/fish/completions/authz.fish
            """)

    @Argument(help: "The shell.")
    var shell: Shell

    func run() throws {
        let script = CompletionScript(for: shell, try CommandDescription.program())
        let console = Console(.plain, answers: .standardOutput(hidesSignatures: false))
        try console.run {
            console.answers.write(script.text + "\n")
            return 0
        }
    }
}
