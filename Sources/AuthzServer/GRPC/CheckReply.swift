import AuthzCore
import AuthzEngine

/// Writes a decision as an `envoy.service.auth.v3.CheckResponse` (AuthorizationPolicy dossier 12.6, 13).
///
/// The text of a denial is its body; for a gRPC client Envoy makes it the message, and the status the `grpc-status` that Istio's
/// sidecar sends. Envoy sets `content-type` by itself.
enum CheckReply {
    /// `status` of code 0, `ok_response` without anything.
    private static let bareAllow: [UInt8] = [0x0a, 0, 0x1a, 0]
    private static let accessDenied = {
        var bytes: [UInt8] = []
        appendDenial(code: 7, status: 403, body: "RBAC: access denied", to: &bytes)
        return bytes
    }()
    private static let connectionRefused = {
        var bytes: [UInt8] = []
        WireWriter.appendMessage(1, to: &bytes) { WireWriter.append(1, 7, to: &$0) }
        return bytes
    }()

    /// Inlined, so that an allow which changes nothing copies neither the request nor the buffers for a call.
    @inline(__always)
    static func write(
        _ decision: Decision, of request: borrowing CheckRequest, for workload: Workload?,
        _ workspace: borrowing Workspace, removesAliases: Bool = false, to reply: inout GRPCReply
    ) {
        if case .allow = decision.outcome, workspace.headersToSet.isEmpty, workspace.headersToRemove.isEmpty,
            workload?.hasClaimHeaders != true
        {
            return reply.appendBareAllow()
        }
        writeInFull(decision, of: request, for: workload, workspace, removesAliases: removesAliases, to: &reply)
    }

    private static func writeInFull(
        _ decision: Decision, of request: borrowing CheckRequest, for workload: Workload?,
        _ workspace: borrowing Workspace, removesAliases: Bool, to reply: inout GRPCReply
    ) {
        switch decision.outcome {
        case .allow:
            let headers = decision.reason == .internalError ? [] : workspace.headersToSet
            let names = HeadersToRemove(
                besides: headers, of: request, for: workload, workspace, aliases: removesAliases ? .all : .none)
            writeAllow(headers, request, names, to: &reply)
        case .deny: writeDenial(decision, of: request, to: &reply)
        }
    }

    // MARK: Denial

    private static func writeDenial(
        _ decision: Decision, of request: borrowing CheckRequest, to reply: inout GRPCReply
    ) {
        if request.transport == .tcp { return reply.appendMessage { $0.append(contentsOf: connectionRefused) } }
        let status = status(of: decision)
        if status == 403, decision.body == .accessDenied, !decision.challenges {
            return reply.appendMessage { $0.append(contentsOf: accessDenied) }
        }
        reply.appendMessage { bytes in
            appendDenial(code: status == 401 ? 16 : 7, status: status, body: decision.message, to: &bytes) { denied in
                guard decision.challenges else { return }
                appendHeader(to: &denied, name: { WireWriter.append(1, "www-authenticate", to: &$0) }) { header in
                    var challenge: [UInt8] = []
                    request.writeChallenge(to: &challenge)
                    appendValue(challenge.span, to: &header)
                }
            }
        }
    }

    /// The status for the client: where the decision has none, or 200, the one that stands for it. One of 5xx is that of the proxy's
    /// own codec, and only this protocol can carry it: Envoy's HTTP service takes it for an error.
    private static func status(of decision: Decision) -> Int {
        if decision.grpcStatus == 16 { return 401 }
        return (400...599).contains(decision.status) ? decision.status : 403
    }

    private static func appendDenial(
        code: UInt64, status: Int, body: StaticString, to bytes: inout [UInt8],
        headers: (inout [UInt8]) -> Void = { _ in }
    ) {
        WireWriter.appendMessage(1, to: &bytes) { WireWriter.append(1, code, to: &$0) }
        WireWriter.appendMessage(2, to: &bytes) { denied in
            WireWriter.appendMessage(1, to: &denied) { WireWriter.append(1, UInt64(status), to: &$0) }
            headers(&denied)
            if body.utf8CodeUnitCount > 0 { WireWriter.append(3, body, to: &denied) }
        }
    }

    // MARK: Allow

    private static func writeAllow(
        _ headers: [HeaderField], _ request: borrowing CheckRequest, _ names: HeadersToRemove,
        to reply: inout GRPCReply
    ) {
        let storage = request.storage
        guard !headers.isEmpty || !names.isEmpty else {
            return reply.appendMessage { $0.append(contentsOf: bareAllow) }
        }
        reply.appendMessage { bytes in
            WireWriter.appendMessage(1, to: &bytes) { _ in }
            WireWriter.appendMessage(3, to: &bytes) { allowed in
                for field in headers {
                    appendHeader(to: &allowed, name: { WireWriter.append(1, storage[field.name.range], to: &$0) }) {
                        appendValue(storage.span.extracting(field.value.range), to: &$0)
                    }
                }
                names.visit { WireWriter.append(5, $0, to: &allowed) }
            }
        }
    }

    /// The `value` of a header.
    private static func appendValue(_ value: Span<UInt8>, to header: inout [UInt8]) {
        var text: [UInt8] = []
        text.reserveCapacity(value.count)
        HeaderText.append(value, to: &text)
        WireWriter.append(2, text, to: &header)
    }

    /// A `HeaderValueOption` that takes the place of the client's.
    private static func appendHeader(
        to bytes: inout [UInt8], name: (inout [UInt8]) -> Void, value: (inout [UInt8]) -> Void
    ) {
        WireWriter.appendMessage(2, to: &bytes) { option in
            WireWriter.appendMessage(1, to: &option) { header in
                name(&header)
                value(&header)
            }
            // OVERWRITE_IF_EXISTS_OR_ADD
            WireWriter.append(3, 2, to: &option)
        }
    }
}
