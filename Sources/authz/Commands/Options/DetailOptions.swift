import ArgumentParser

/// How much is written, and in which colors.
struct DetailOptions: ParsableArguments {
    @Option(help: "When to color text (default: auto, which also honors NO_COLOR).")
    var color: ColorMode?

    @Flag(
        name: .shortAndLong,
        help: """
            Leave out warnings, progress and what else stands beside the answer, and the explanations of failed cases; errors are \
            still written.
            """)
    var quiet = false

    @Flag(name: .shortAndLong, help: "Write more detail.")
    var verbose = false

    /// How to write, with the environment and the defaults taken in.
    func resolve(_ environment: Environment, format: OutputFormat) throws -> OutputSettings {
        let color = try self.color ?? environment.choice("AUTHZ_COLOR", of: ColorMode.self) ?? .auto
        let isQuiet = try quiet || environment.flag("AUTHZ_QUIET")
        let isVerbose = try verbose || environment.flag("AUTHZ_VERBOSE")
        return OutputSettings(
            format: format, color: color, isColorRefused: environment.text("NO_COLOR") != nil, isQuiet: isQuiet,
            isVerbose: isVerbose)
    }
}
