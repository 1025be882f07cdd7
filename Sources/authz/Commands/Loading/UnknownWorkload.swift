import AuthzCore
import AuthzEngine

/// Says that a request names a workload that the inventory lacks.
enum UnknownWorkload {
    static func diagnostic(_ workload: Located<String>, _ policySet: PolicySet) -> Diagnostic {
        Diagnostic(
            .warning, .unknownWorkload, at: workload.location, "\(workload.value.quoted) is not in the inventory",
            label: "no manifest among the policies describes it", hint: hint(workload.value, policySet))
    }

    /// The same in one line.
    static func message(_ workload: Located<String>, _ policySet: PolicySet) -> String {
        let diagnostic = diagnostic(workload, policySet)
        return "\(diagnostic.location): \(diagnostic.message)" + (diagnostic.hint.map { "; \($0)" } ?? "")
    }

    private static func hint(_ name: String, _ policySet: PolicySet) -> String? {
        NameSuggestion.nearest(to: name, among: policySet.workloadNames).map { "did you mean `\($0)`?" }
    }
}
