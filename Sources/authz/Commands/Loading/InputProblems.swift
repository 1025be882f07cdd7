import AuthzCore

/// Gathers what is wrong with several inputs, so that all of it is reported at once.
struct InputProblems {
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var sources = SourceTexts()

    /// What is read, or `nil` where it is wrong, which is kept.
    mutating func attempt<Value>(_ read: () throws(InputError) -> Value) -> Value? {
        do throws(InputError) {
            return try read()
        } catch {
            add(error.diagnostics)
            sources.merge(error.sources)
            return nil
        }
    }

    mutating func add(_ diagnostics: [Diagnostic]) {
        self.diagnostics += diagnostics
    }

    mutating func add(_ sources: SourceTexts) {
        self.sources.merge(sources)
    }

    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Everything so far, by place.
    var error: InputError {
        let collector = DiagnosticCollector()
        collector.report(diagnostics)
        return InputError(collector.diagnostics, sources: sources)
    }
}
