import AuthzCore

/// Why a value of a list is refused.
struct ValueProblem {
    var code: DiagnosticCode
    var message: String
    var label: String
    var hint: String?

    init(_ code: DiagnosticCode, _ message: String, label: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.label = label
        self.hint = hint
    }
}

extension DiagnosticCollector {
    /// Reports what a check finds wrong with each of the values.
    func check(_ values: [Located<String>], with check: (String) -> ValueProblem?) {
        for value in values {
            guard let problem = check(value.value) else { continue }
            error(problem.code, at: value.location, problem.message, label: problem.label, hint: problem.hint)
        }
    }

    /// Warns of what a check finds wrong with each of the values, where Istio accepts them.
    func warn(of values: [Located<String>], with check: (String) -> ValueProblem?) {
        for value in values {
            guard let problem = check(value.value) else { continue }
            warning(problem.code, at: value.location, problem.message, label: problem.label, hint: problem.hint)
        }
    }
}
