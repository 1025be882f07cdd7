import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Says of a request that was read from a decision log what the log said, and what it could not say.
enum LoggedDecisionText {
    static func text(_ request: ExplainedRequest) -> String {
        guard let logged = request.input.logged else { return "" }
        let report = request.explanation.report
        var lines = ["from a decision log: \(LoggedDecision.silence)"]
        if logged.outcome != report.outcome.rawValue || logged.reason != report.reason.rawValue {
            lines.append(
                "the log says \(logged.outcome), \(logged.reason): the request had more in it, or the policies were others"
            )
        }
        return lines.map { "  \($0.escapingControls)\n" }.joined()
    }
}
