import ArgumentParser
import AuthzCore

/// The options of every command that takes its options from a file, too.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file that gives options, by their names in camel case (default: authz.yaml, where it is there).",
            valueName: "file"), completion: .file())
    var config: String?

    @Flag(help: "Print each option with its value and where that comes from, and do nothing else.")
    var printConfig = false
}
