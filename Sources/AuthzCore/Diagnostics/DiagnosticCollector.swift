/// Gathers the diagnostics of one load. A class because the readers of nested values all report to the same list; it
/// stays within the task that loads.
package final class DiagnosticCollector {
    private var collected: [Diagnostic] = []

    package init() {}

    /// Whether a diagnostic so far makes the input unusable.
    package var hasErrors: Bool { collected.contains { $0.severity == .error } }

    /// How many diagnostics there are so far.
    package var count: Int { collected.count }

    package func report(_ diagnostic: Diagnostic) {
        collected.append(diagnostic)
    }

    package func report(_ diagnostics: [Diagnostic]) {
        collected += diagnostics
    }

    package func error(
        _ code: DiagnosticCode, at location: SourceLocation, _ message: String, label: String? = nil,
        hint: String? = nil
    ) {
        collected.append(Diagnostic(.error, code, at: location, message, label: label, hint: hint))
    }

    package func warning(
        _ code: DiagnosticCode, at location: SourceLocation, _ message: String, label: String? = nil,
        hint: String? = nil
    ) {
        collected.append(Diagnostic(.warning, code, at: location, message, label: label, hint: hint))
    }

    /// Everything reported, each once, by place; at one place errors come first, then the order of reporting.
    package var diagnostics: [Diagnostic] {
        var seen: Set<Diagnostic> = []
        let unique = collected.filter { seen.insert($0).inserted }
        return unique.enumerated().sorted { left, right in
            if left.element.location < right.element.location { return true }
            if right.element.location < left.element.location { return false }
            if left.element.severity != right.element.severity { return left.element.severity == .error }
            return left.offset < right.offset
        }.map(\.element)
    }
}
