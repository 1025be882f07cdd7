import AuthzCore
import AuthzEngine

/// Writes a decision as the answer to Envoy's HTTP service (AuthorizationPolicy dossier 12.4, 13).
///
/// Envoy takes 200 for an allow and any other status for a denial with that status, so a denial is never 200 here: that of a
/// gRPC request is what Envoy then turns into the `grpc-status` of its answer.
enum CheckAnswer {
    /// Inlined, so that an allow which changes nothing copies neither the request nor the buffers for a call.
    ///
    /// - Parameter removesAliases: As ``CheckSettings/removesHeaderAliases``.
    @inline(__always)
    static func write(
        _ decision: Decision, of request: borrowing CheckRequest, for workload: Workload?,
        _ workspace: borrowing Workspace, removesAliases: Bool, to answer: inout Answer
    ) {
        if case .allow = decision.outcome, workspace.headersToSet.isEmpty, workspace.headersToRemove.isEmpty,
            workload?.hasClaimHeaders != true
        {
            return answer.begin(status: 200)
        }
        writeInFull(decision, of: request, for: workload, workspace, removesAliases: removesAliases, to: &answer)
    }

    private static func writeInFull(
        _ decision: Decision, of request: borrowing CheckRequest, for workload: Workload?,
        _ workspace: borrowing Workspace, removesAliases: Bool, to answer: inout Answer
    ) {
        switch decision.outcome {
        case .allow:
            answer.begin(status: 200)
            let fields = decision.reason == .internalError ? [] : workspace.headersToSet
            let names = HeadersToRemove(
                besides: fields, of: request, for: workload, workspace, aliases: removesAliases ? .all : .none)
            guard writeIdentity(fields, of: request, to: &answer),
                names.isEmpty || answer.addHeader("x-envoy-auth-headers-to-remove", names.write)
            else {
                let denial = Decision.internalError
                return writeDenial(denial, status: status(of: denial), of: request, to: &answer)
            }
        case .deny: writeDenial(decision, status: status(of: decision), of: request, to: &answer)
        }
    }

    /// Writes body and challenge of a denial.
    static func writeDenial(
        _ decision: Decision, status: Int, of request: borrowing CheckRequest, to answer: inout Answer
    ) {
        answer.begin(status: status)
        let text = decision.message
        if text.utf8CodeUnitCount > 0 {
            answer.setBody(.text) { bytes in text.withUTF8Buffer { bytes.append(contentsOf: $0) } }
        }
        guard decision.challenges else { return }
        _ = answer.addHeader("www-authenticate") { request.writeChallenge(to: &$0) }
    }

    /// The status of a denial: the client's, or where that is none or 200, the one that stands for it. Nor is it ever 5xx, which Envoy
    /// takes for an error of the service, and may let pass.
    static func status(of decision: Decision) -> Int {
        if decision.grpcStatus == 16 { return 401 }
        return (400...499).contains(decision.status) ? decision.status : 403
    }

    /// Writes the headers that verified tokens set for the upstream.
    ///
    /// - Returns: Whether all of them can be written.
    static func writeIdentity(
        _ fields: [HeaderField], of request: borrowing CheckRequest, to answer: inout Answer
    ) -> Bool {
        let storage = request.storage
        for field in fields {
            let isWritten = answer.addHeader(
                { $0.append(contentsOf: storage[field.name.range]) },
                { $0.append(contentsOf: storage[field.value.range]) })
            guard isWritten else { return false }
        }
        return true
    }
}
