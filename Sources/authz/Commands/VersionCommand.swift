import ArgumentParser

/// `authz version`
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version.",
        discussion: """
            Example:
              authz version --format json
            """)

    @OptionGroup var output: OutputOptions

    func validate() throws {
        _ = try output.resolve(.process)
    }

    func run() throws {
        let console = Console(try output.resolve(.process))
        try console.run {
            switch console.settings.format {
            case .text: console.answers.write("authz \(ProductVersion.current)\n")
            case .json: console.answers.write("{\"version\":\"\(ProductVersion.current)\"}\n")
            }
            return 0
        }
    }
}
