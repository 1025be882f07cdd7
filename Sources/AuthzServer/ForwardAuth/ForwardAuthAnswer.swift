import AuthzCore
import AuthzEngine

/// Writes a decision as the answer to a proxy's forward-auth request.
struct ForwardAuthAnswer {
    let preset: ForwardAuthPreset
    let decisionID: String
    /// Whether the answer names the reason.
    let tellsReason: Bool

    func write(
        _ decision: Decision, of request: borrowing CheckRequest, for workload: Workload?,
        _ workspace: borrowing Workspace, to answer: inout Answer
    ) {
        switch decision.outcome {
        case .allow:
            answer.begin(status: 200)
            let fields = decision.reason == .internalError ? [] : workspace.headersToSet
            guard CheckAnswer.writeIdentity(fields, of: request, to: &answer),
                writeRemovals(besides: fields, of: request, for: workload, workspace, to: &answer)
            else {
                CheckAnswer.writeDenial(.internalError, status: preset.status(ofDenial: 403), of: request, to: &answer)
                return writeDetails(.internalError, to: &answer)
            }
        case .deny:
            let status = preset.status(ofDenial: CheckAnswer.status(of: decision))
            CheckAnswer.writeDenial(decision, status: status, of: request, to: &answer)
        }
        writeDetails(decision.reason, to: &answer)
    }

    private func writeDetails(_ reason: Reason, to answer: inout Answer) {
        _ = answer.addHeader("x-authz-decision-id") { $0.append(contentsOf: decisionID.utf8) }
        guard tellsReason else { return }
        _ = answer.addHeader("x-authz-reason") { $0.append(contentsOf: reason.rawValue.utf8) }
    }

    /// What of the client's own must not reach the upstream.
    private func writeRemovals(
        besides fields: [HeaderField], of request: borrowing CheckRequest, for workload: Workload?,
        _ workspace: borrowing Workspace,
        to answer: inout Answer
    ) -> Bool {
        let names = HeadersToRemove(
            besides: fields, of: request, for: workload, workspace, aliases: preset.removal == .list ? .sent : .none)
        switch preset.removal {
        case .byProxy: return true
        case .list: return names.isEmpty || answer.addHeader("x-authz-headers-to-remove", names.write)
        case .emptyValue:
            var isWritten = true
            names.visit { name in
                if !answer.addHeader({ $0.append(contentsOf: name) }, { _ in }) { isWritten = false }
            }
            return isWritten
        }
    }
}
