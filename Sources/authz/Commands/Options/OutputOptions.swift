import ArgumentParser

/// The options of every command that answers.
struct OutputOptions: ParsableArguments {
    @Option(help: "How to write the answer (default: text).")
    var format: OutputFormat?

    @OptionGroup var detail: DetailOptions

    /// How to write, with the environment and the defaults taken in.
    func resolve(_ environment: Environment) throws -> OutputSettings {
        return try detail.resolve(environment, format: try format ?? Self.given(environment) ?? .text)
    }

    /// What a file says for all commands counts here where it is a form of an answer; the others are those of many checks.
    private static func given(_ environment: Environment) throws -> OutputFormat? {
        guard !environment.isSet("AUTHZ_FORMAT") else {
            return try environment.choice("AUTHZ_FORMAT", of: OutputFormat.self)
        }
        return environment.text("AUTHZ_FORMAT").flatMap(OutputFormat.init)
    }
}
