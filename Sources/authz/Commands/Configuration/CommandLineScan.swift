/// What a command line says about the configuration, found before it is parsed: other options are checked against the file that it
/// names.
struct CommandLineScan: Sendable {
    /// `nil` for commands that read no configuration.
    let command: ConfiguredCommand?
    /// Of `--config`; the last one counts.
    private(set) var configurationPath: String?
    /// Whether only help is asked for.
    private(set) var isHelp = false
    /// The values of each option that stands there, by its name without dashes. A flag has none.
    private(set) var given: [String: [String]] = [:]

    private static let shortNames: [Character: String] = ["p": "policies", "q": "quiet", "v": "verbose"]

    /// - Parameter arguments: Without the name of the program.
    init(_ arguments: [String]) {
        command = arguments.first.flatMap(ConfiguredCommand.init(rawValue:))
        var option: String?
        for argument in arguments.dropFirst() {
            if argument == "--" { break }
            if argument == "--help" || argument == "-h" { isHelp = true }
            if argument.hasPrefix("--") {
                let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = String(parts[0])
                given[name, default: []] += parts.count > 1 ? [String(parts[1])] : []
                option = parts.count > 1 ? nil : name
            } else if argument.hasPrefix("-"), argument.count > 1 {
                option = nil
                for letter in argument.dropFirst() {
                    guard let name = Self.shortNames[letter] else { continue }
                    given[name, default: []] += []
                    option = name
                }
            } else if let name = option {
                given[name, default: []].append(argument)
            }
        }
        configurationPath = given["config"]?.last
    }
}
