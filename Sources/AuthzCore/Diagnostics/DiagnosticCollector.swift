/// Gathers the diagnostics of one load. A class because the readers of nested values all report to the same list; it
/// stays within the task that loads.
package final class DiagnosticCollector {
    private var collected: [Diagnostic] = []
    private let maximum: Int

    /// - Parameter maximum: How many diagnostics are kept; of the others only ``hasErrors`` tells.
    package init(maximum: Int = .max) {
        self.maximum = maximum
    }

    /// Whether a diagnostic so far makes the input unusable.
    package private(set) var hasErrors = false

    /// How many diagnostics there are so far.
    package var count: Int { collected.count }

    /// Whether no more are kept, so that it is not worth looking for what was meant.
    package var isFull: Bool { collected.count >= maximum }

    package func report(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { hasErrors = true }
        if !isFull { collected.append(diagnostic) }
    }

    package func report(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics { report(diagnostic) }
    }

    package func error(
        _ code: DiagnosticCode, at location: SourceLocation, _ message: String, label: String? = nil,
        hint: String? = nil
    ) {
        report(Diagnostic(.error, code, at: location, message, label: label, hint: hint))
    }

    package func warning(
        _ code: DiagnosticCode, at location: SourceLocation, _ message: String, label: String? = nil,
        hint: String? = nil
    ) {
        report(Diagnostic(.warning, code, at: location, message, label: label, hint: hint))
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
