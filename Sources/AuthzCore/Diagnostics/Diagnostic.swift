/// A located message about an input.
package struct Diagnostic: Sendable, Hashable {
    package enum Severity: String, Sendable, Comparable {
        case warning, error

        package static func < (left: Severity, right: Severity) -> Bool { left == .warning && right == .error }
    }

    package var severity: Severity
    /// Kebab-case and permanent; a retired one is never used again.
    package var code: DiagnosticCode
    package var location: SourceLocation
    /// One sentence in lower case without a full stop; what the user wrote stands in backquotes.
    package var message: String
    /// What was expected at the place.
    package var label: String?
    /// What to write instead, where there is one thing to do.
    package var hint: String?

    package init(
        _ severity: Severity, _ code: DiagnosticCode, at location: SourceLocation, _ message: String,
        label: String? = nil, hint: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.location = location
        self.message = message
        self.label = label
        self.hint = hint
    }
}

/// Bad input: everything that is wrong with it, never the first problem only. At least one is an error.
package struct InputError: Error, Sendable {
    package var diagnostics: [Diagnostic]
    /// The inputs that the diagnostics are about, as far as they were read.
    package var sources: SourceTexts

    package init(_ diagnostics: [Diagnostic], sources: SourceTexts = SourceTexts()) {
        self.diagnostics = diagnostics
        self.sources = sources
    }
}
