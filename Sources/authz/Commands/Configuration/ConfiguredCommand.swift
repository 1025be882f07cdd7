/// A command that takes its options from a file, too.
enum ConfiguredCommand: String, CaseIterable, Sendable {
    case serve, explain, test, healthcheck
}
