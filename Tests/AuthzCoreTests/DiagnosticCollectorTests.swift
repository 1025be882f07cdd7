import AuthzCore
import Testing

@Suite struct DiagnosticCollectorTests {
    @Test("diagnostics come by place, errors first, and once each")
    func order() {
        let collector = DiagnosticCollector()
        func report(_ severity: Diagnostic.Severity, _ file: String, _ line: Int, _ column: Int, _ message: String) {
            let place = SourceLocation(file: file, line: line, column: column)
            collector.report(Diagnostic(severity, .missingRules, at: place, message))
        }
        report(.warning, "b", 1, 1, "4")
        report(.warning, "a", 2, 1, "3")
        #expect(!collector.hasErrors)
        report(.error, "a", 2, 1, "2")
        report(.error, "a", 1, 9, "1")
        report(.error, "a", 1, 9, "1")
        report(.error, "a", 1, 9, "1b")
        #expect(collector.hasErrors)
        #expect(collector.diagnostics.map(\.message) == ["1", "1b", "2", "3", "4"])
    }
}
