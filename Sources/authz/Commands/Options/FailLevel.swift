import ArgumentParser
import AuthzCore

/// From which severity on findings make a run fail.
enum FailLevel: String, ExpressibleByArgument, CaseIterable, Sendable {
    case error, warning
    /// Findings are only reported.
    case never

    /// Whether findings of the severity make a run fail.
    func includes(_ severity: Diagnostic.Severity) -> Bool {
        switch self {
        case .error: severity == .error
        case .warning: true
        case .never: false
        }
    }
}
