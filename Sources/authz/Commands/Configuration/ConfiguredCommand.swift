/// A command that takes its options from a file, too.
enum ConfiguredCommand: String, CaseIterable, Sendable {
    case serve, explain, test, lint, healthcheck
    case tokenVerify = "token verify"

    /// As they stand on the command line.
    var words: [Substring] { rawValue.split(separator: " ") }

    /// The command that a command line begins with; `nil` for others.
    init?(_ arguments: [String]) {
        guard let command = Self.allCases.first(where: { $0.words == arguments.prefix($0.words.count).map { $0[...] } })
        else { return nil }
        self = command
    }
}
