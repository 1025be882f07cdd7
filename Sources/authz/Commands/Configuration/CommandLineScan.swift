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
    /// Options that take all words up to the next option.
    private static let ofManyWords: Set = ["trusted-proxies", "forward-auth", "trusted-client"]
    private static let flags: Set<String> = {
        let keys = ConfigurationKey.all.filter { key in if case .flag = key.kind { true } else { false } }
        return Set(keys.map(\.option)).union(["help", "version", "print-config"])
    }()

    /// - Parameter arguments: Without the name of the program.
    init(_ arguments: [String]) {
        command = ConfiguredCommand(arguments)
        // The option that the next word is a value of.
        var option: String?
        for argument in arguments.dropFirst(command?.words.count ?? 1) {
            if argument == "--" { break }
            if argument == "--help" || argument == "-h" { isHelp = true }
            if argument.hasPrefix("--") {
                option = take(argument.dropFirst(2))
            } else if argument.hasPrefix("-"), argument.count > 1 {
                let letters = argument.dropFirst().prefix { $0 != "=" }
                option = nil
                for letter in letters.dropLast() { _ = Self.shortNames[letter].map { take($0[...]) } }
                if let last = letters.last.flatMap({ Self.shortNames[$0] }) {
                    option = take(last[...] + argument.dropFirst(1 + letters.count))
                }
            } else if let name = option {
                given[name, default: []].append(argument)
                if !Self.ofManyWords.contains(name) { option = nil }
            }
        }
        configurationPath = given["config"]?.last
    }

    /// - Parameter text: A name, or `name=value`.
    /// - Returns: The option that still lacks its value.
    private mutating func take(_ text: Substring) -> String? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        given[name, default: []] += parts.count > 1 ? [String(parts[1])] : []
        return parts.count > 1 || Self.flags.contains(name) ? nil : name
    }
}
