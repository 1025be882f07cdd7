import AuthzCore
import AuthzEngine

/// Writes a decision as the answer to Envoy's HTTP service (AuthorizationPolicy dossier 12.4, 13).
///
/// Envoy takes 200 for an allow and any other status for a denial with that status, so a denial is never 200 here: that of a
/// gRPC request is what Envoy then turns into the `grpc-status` of its answer.
enum CheckAnswer {
    static func write(
        _ decision: Decision, of request: borrowing CheckRequest, for workload: Workload?,
        _ workspace: borrowing Workspace, to answer: inout Answer
    ) {
        switch decision.outcome {
        case .allow:
            answer.begin(status: 200)
            guard writeHeaders(of: request, for: workload, workspace, to: &answer) else {
                // A claim that cannot be a header must not be lost on the way: the upstream would see less than was proven.
                return writeDenial(.internalError, of: request, to: &answer)
            }
        case .deny: writeDenial(decision, of: request, to: &answer)
        }
    }

    private static func writeDenial(
        _ decision: Decision, of request: borrowing CheckRequest, to answer: inout Answer
    ) {
        answer.begin(status: status(of: decision))
        let text = decision.message
        if text.utf8CodeUnitCount > 0 {
            answer.setBody(.text) { bytes in text.withUTF8Buffer { bytes.append(contentsOf: $0) } }
        }
        guard decision.challenges else { return }
        _ = answer.addHeader("www-authenticate") { request.writeChallenge(to: &$0) }
    }

    /// The status of a denial: the client's, or where that is none or 200, the one that stands for it.
    private static func status(of decision: Decision) -> Int {
        if decision.grpcStatus == 16 { return 401 }
        return (400...499).contains(decision.status) ? decision.status : 403
    }

    /// The headers that the upstream gets, and the names of those that it must not get.
    ///
    /// - Returns: Whether all of them can be written.
    private static func writeHeaders(
        of request: borrowing CheckRequest, for workload: Workload?, _ workspace: borrowing Workspace,
        to answer: inout Answer
    ) -> Bool {
        let storage = request.storage
        for field in workspace.headersToSet {
            let isWritten = answer.addHeader(
                { $0.append(contentsOf: storage[field.name.range]) },
                { $0.append(contentsOf: storage[field.value.range]) })
            guard isWritten else { return false }
        }
        let names = NamesToRemove(
            removed: workspace.headersToRemove, outputs: workload?.claimHeaderNames ?? [], set: workspace.headersToSet,
            storage: storage)
        guard names.indices.contains(where: names.counts) else { return true }
        return answer.addHeader("x-envoy-auth-headers-to-remove") { bytes in
            var isFirst = true
            for index in names.indices where names.counts(index) {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                bytes.append(contentsOf: names[index])
            }
        }
    }
}

/// The names of headers that the upstream must not get: those of tokens, and those that only a token may set and none did.
/// Walked without an allocation.
private struct NamesToRemove {
    let removed: [ByteSlice]
    let outputs: [[UInt8]]
    let set: [HeaderField]
    let storage: [UInt8]

    var indices: Range<Int> { 0..<removed.count + outputs.count }

    subscript(index: Int) -> ArraySlice<UInt8> {
        index < removed.count ? storage[removed[index].range] : outputs[index - removed.count][...]
    }

    /// Whether the name is not set, and not one that came before.
    func counts(_ index: Int) -> Bool {
        let name = self[index]
        for field in set where storage[field.name.range].elementsEqual(name) { return false }
        for earlier in 0..<index where self[earlier].elementsEqual(name) { return false }
        return true
    }
}
