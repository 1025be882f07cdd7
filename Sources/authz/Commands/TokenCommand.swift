import ArgumentParser

/// `authz token`
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Look into tokens, verify them, make some for tests.",
        discussion: """
            Example:
              authz token inspect "$TOKEN"
              authz token verify --jwks keys.json < tokens.txt
              authz token mint --jwks-out keys.json \\
                  '{"iss": "https://auth.example.com", "sub": "alice"}'
            """,
        subcommands: [TokenInspectCommand.self, TokenVerifyCommand.self, TokenMintCommand.self])
}
