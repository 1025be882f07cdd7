package import AuthzCore
package import AuthzEngine
package import Logging

/// Writes one line for each decision: who asked what of whom, and what was decided by which policy.
///
/// No header, query or token is in it, only the issuer and subject of a verified one.
package struct DecisionLog: Sendable {
    private let logger: Logger
    private let level: Logger.Level

    package init(logger: Logger, level: Logger.Level) {
        self.logger = logger
        self.level = level
    }

    /// Logs a decision; does nothing, at no cost, where its level is not logged.
    ///
    /// - Parameters:
    ///   - sentPath: With its query, which is left out.
    ///   - source: What named the workload, where it was a check.
    package func record(
        _ decision: Decision, of request: CheckRequest, sentPath: ByteSlice, for workload: Workload?,
        foundBy source: WorkloadSource? = nil, at point: DecisionPoint, in workspace: Workspace,
        decisionID: String? = nil
    ) {
        guard logger.logLevel <= level else { return }
        let path = request.text(sentPath).prefix { $0 != "?" && $0 != "#" }
        let report = DecisionReport(
            decision, of: request, sentPath: nil, for: workload, at: point, in: workspace, decisionID: decisionID)
        var metadata: Logger.Metadata = [
            "outcome": "\(report.outcome.rawValue)", "status": "\(report.status)",
            "reason": "\(report.reason.rawValue)", "generation": "\(point.generation)",
            "policySet": "\(report.policySet)",
        ]
        if let workload = report.workload { metadata["workload"] = "\(workload)" }
        if let source { metadata["workloadFoundBy"] = "\(source.rawValue)" }
        if let principal = report.peerPrincipal { metadata["peerPrincipal"] = "\(principal)" }
        if let principal = report.requestPrincipal { metadata["requestPrincipal"] = "\(principal)" }
        if let id = decisionID { metadata["decisionId"] = "\(id)" }
        if let match = report.determiningPolicy {
            let rule = match.rule.map { ", rule \($0)" } ?? ""
            metadata["determiningPolicy"] = "\(match.policy.qualifiedName)\(rule)"
        }
        if request.transport == .http {
            metadata["method"] = "\(request.text(request.operation.method))"
            metadata["host"] = "\(request.text(request.operation.host))"
            metadata["path"] = "\(path)"
        }
        logger.log(level: level, "decision", metadata: metadata)
    }
}
