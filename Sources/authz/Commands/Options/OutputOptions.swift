import ArgumentParser

/// The options of every command that answers.
struct OutputOptions: ParsableArguments {
    @Option(help: "How to write the answer (default: text).")
    var format: OutputFormat?

    @OptionGroup var detail: DetailOptions

    /// How to write, with the environment and the defaults taken in.
    func resolve(_ environment: Environment) throws -> OutputSettings {
        let format = try self.format ?? environment.choice("AUTHZ_FORMAT", of: OutputFormat.self) ?? .text
        return try detail.resolve(environment, format: format)
    }
}
