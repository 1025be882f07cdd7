import AuthzCore
import AuthzEngine
import AuthzPolicy

/// Decides a request document as it is decided when serving, but for the place where it comes from.
enum OfflineDecision {
    /// - Parameters:
    ///   - now: Seconds since 1970.
    ///   - request: Used again from one decision to the next, as the workspace.
    static func decide(
        _ document: RequestDocument, by point: DecisionPoint, now: Int64, request: inout CheckRequest,
        in workspace: inout Workspace, trace: inout Trace?
    ) -> DecisionReport {
        let found = point.policySet.workload(for: document)
        request.fill(from: document, for: found.workload, in: point.policySet)
        let decision = point.decide(&request, for: found.workload, now: now, in: &workspace, trace: &trace)
        return DecisionReport(
            decision, of: request, sentPath: document.request?.path, for: found, at: point, in: workspace,
            seeksSlips: trace.map { $0.coverage == nil } ?? false)
    }
}
