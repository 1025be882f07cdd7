package import AuthzCore
package import AuthzEngine
import Synchronization

/// Writes one line of JSON for each decision: who asked what of whom, and what was decided by which policy.
///
/// No header, query or token is in it: of a token its header, a few verified claims and a digest; of headers `traceparent` alone. So
/// there is nothing to redact, and nothing that a mistake in redacting could let through (SR-41). A class because all loops share it.
package final class DecisionLog: Sendable {
    /// How many decisions had no place in the queue, or could not be written.
    package var droppedCount: Int { dropped.load(ordering: .relaxed) + queue.lostCount }

    private static let maximumTextBytes = 1024

    private let queue: LineQueue
    private let level: StaticString
    private let sampler: DecisionSampler
    private let clock: @Sendable () -> Int64
    private let dropped = Atomic(0)

    /// - Parameters:
    ///   - level: What the lines say of themselves.
    ///   - share: Of the decisions that allow, from 0 to 1. Those that deny are all logged.
    ///   - clock: Seconds since 1970.
    package init(
        to queue: LineQueue, level: StaticString = "info", share: Double = 1, clock: @escaping @Sendable () -> Int64
    ) {
        self.queue = queue
        self.level = level
        self.clock = clock
        sampler = DecisionSampler(share: share)
    }

    /// Logs a decision, unless it is an allowing one that is left out. It never waits.
    ///
    /// - Parameters:
    ///   - sentPath: With its query, which is left out.
    ///   - peer: The caller, which is logged where it has a certificate. It is not the source of the request.
    package func record(
        _ decision: Decision, of request: CheckRequest, sentPath: ByteSlice, from peer: Peer? = nil,
        for found: FoundWorkload, by api: CheckAPI? = nil,
        at point: DecisionPoint, in workspace: Workspace, decisionID: String? = nil
    ) {
        record(
            decision, of: request, sentPath: sentPath, from: peer, for: found, by: api, at: point, in: workspace,
            decisionID: decisionID, trace: nil)
    }

    /// Never inlined: who logs nothing would make room for all of it.
    ///
    /// - Parameter trace: Counts where the request itself has none.
    @inline(never)
    func record(
        _ decision: Decision, of request: CheckRequest, sentPath: ByteSlice, from peer: Peer? = nil,
        for found: FoundWorkload, by api: CheckAPI? = nil,
        at point: DecisionPoint, in workspace: Workspace, decisionID: String? = nil, trace: TraceContext?
    ) {
        guard decision.outcome == .deny || sampler.next() else { return }
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("time")
        writer.integer(clock())
        writer.member("level", "\(level)")
        writer.member("message", "decision")
        if let api { writer.member("api", api.rawValue) }
        let report = DecisionReport(
            decision, of: request, sentPath: nil, for: found, at: point, in: workspace,
            decisionID: decisionID ?? DecisionID.next())
        write(report, at: point, to: &writer)
        if let caller = peer?.certificate?.displayName { writer.member("caller", caller) }
        if let source = found.source { writer.member("workloadFoundBy", source.rawValue) }
        if request.transport == .http {
            writer.member("method", Self.cut(request.text(request.operation.method)))
            writer.member("host", Self.cut(request.text(request.operation.host)))
            writer.member("path", Self.cut(String(request.text(sentPath).prefix { $0 != "?" && $0 != "#" })))
        }
        if let trace = TraceContext(of: request) ?? trace {
            writer.member("traceId", trace.traceID)
            writer.member("traceparent", trace.traceParent)
        }
        if let token = TokenSummary(of: decision, request, in: workspace) { write(token, to: &writer) }
        writer.endObject()
        if !queue.offer(writer.bytes + [UInt8(ascii: "\n")]) { dropped.add(1, ordering: .relaxed) }
    }

    private func write(_ report: DecisionReport, at point: DecisionPoint, to writer: inout JSONWriter) {
        writer.member("decisionId", report.decisionID)
        writer.member("outcome", report.outcome.rawValue)
        writer.member("status", report.status)
        writer.member("reason", report.reason.rawValue)
        writer.member("policySet", report.policySet)
        writer.member("generation", point.generation)
        if let workload = report.workload { writer.member("workload", workload) }
        if let principal = report.peerPrincipal { writer.member("peerPrincipal", Self.cut(principal)) }
        if let principal = report.requestPrincipal { writer.member("requestPrincipal", Self.cut(principal)) }
        if let match = report.determiningPolicy {
            let rule = match.rule.map { ", rule \($0)" } ?? ""
            writer.member("determiningPolicy", "\(match.policy.qualifiedName)\(rule)")
            writer.member("location", match.location.description)
        }
        if !report.audit.isEmpty { writer.member("audit", report.audit) }
        if let outcome = report.dryRunAllow { writer.member("dryRunAllow", DecisionReport.dryRunWord(outcome)) }
        if let outcome = report.dryRunDeny { writer.member("dryRunDeny", DecisionReport.dryRunWord(outcome)) }
    }

    /// A text that anybody may send, as long as it is of use: a longer one would leave less room for the lines of others.
    private static func cut(_ text: String) -> String {
        guard text.utf8.count > maximumTextBytes else { return text }
        return String(decoding: text.utf8.prefix(maximumTextBytes), as: UTF8.self) + "…"
    }

    private func write(_ token: TokenSummary, to writer: inout JSONWriter) {
        writer.name("token")
        writer.beginObject()
        if let text = token.algorithm { writer.member("alg", Self.cut(text)) }
        if let text = token.keyID { writer.member("kid", Self.cut(text)) }
        if let text = token.issuer { writer.member("iss", Self.cut(text)) }
        if let text = token.subject { writer.member("sub", Self.cut(text)) }
        if !token.audiences.isEmpty { writer.member("aud", token.audiences) }
        if let time = token.expiration {
            writer.name("exp")
            writer.integer(time)
        }
        if let text = token.sha256 { writer.member("sha256", text) }
        writer.endObject()
    }
}
