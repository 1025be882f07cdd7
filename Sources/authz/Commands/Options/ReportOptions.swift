import ArgumentParser

/// The options of every command that reports the results of many checks.
struct ReportOptions: ParsableArguments {
    @Option(help: "How to write the results (default: text).")
    var format: ReportFormat?

    @OptionGroup var detail: DetailOptions

    /// How to write, with the environment and the defaults taken in.
    func resolve(_ environment: Environment) throws -> (format: ReportFormat, output: OutputSettings) {
        let format = try self.format ?? environment.choice("AUTHZ_FORMAT", of: ReportFormat.self) ?? .text
        return (format, try detail.resolve(environment, format: format == .json ? .json : .text))
    }
}
