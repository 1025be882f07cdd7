import AuthzCore
import AuthzEngine

/// The Authorization API 1.0 (AuthZEN): whether a subject may do something to a resource. A denial is an answer, with status 200.
struct AccessEndpoint {
    let settings: CheckSettings
    /// Seconds since 1970.
    let now: Int64
    let log: DecisionLog?
    /// Who asks.
    let peer: Peer

    /// - Parameter name: The workload that the target names; `nil`: none.
    func respond(
        to target: AccessTarget, _ intake: borrowing RequestIntake, for name: ByteSlice?, by snapshot: ServedSnapshot,
        in loop: inout CheckLoopState, with answer: inout Answer
    ) {
        loop.writer.removeAll()
        if !target.methods.contains(where: { intake.request.slice(intake.request.operation.method, equals: $0) }) {
            answer.begin(status: 405)
            let methods = target.methods.map(\.description).joined(separator: ", ")
            _ = answer.addHeader("allow") { $0.append(contentsOf: methods.utf8) }
            writeError("use \(methods)", to: &loop.writer)
        } else if target == .configuration {
            if let configuration = AccessConfiguration(settings, intake, name: name) {
                answer.begin(status: 200)
                configuration.write(to: &loop.writer)
            } else {
                answer.begin(status: 400)
                writeError("`host` is missing", to: &loop.writer)
            }
        } else {
            do throws(AccessEvaluation.Problem) {
                let json = try body(of: intake)
                let found =
                    if let name {
                        loop.workloads.find(named: name, of: intake.request, in: snapshot.point.policySet)
                    } else {
                        loop.workloads.find(of: intake.request, in: snapshot)
                    }
                try evaluate(json, target, for: found, by: snapshot, in: &loop)
                answer.begin(status: 200)
            } catch {
                loop.noteUnreadable(by: .authzen, from: peer, at: snapshot, in: log)
                loop.writer.removeAll()
                writeError(error.message, to: &loop.writer)
                answer.begin(status: 400)
            }
        }
        echoRequestID(of: intake.request, to: &answer)
        let bytes = loop.writer.bytes
        answer.setBody(.json) { $0.append(contentsOf: bytes) }
    }

    private func body(of intake: borrowing RequestIntake) throws(AccessEvaluation.Problem) -> JSONValue {
        guard let type = Self.header("content-type", of: intake.request),
            type.prefix(while: { $0 != ";" }).trimmingBlanks.lowercased() == "application/json"
        else { throw .wrongType("content-type", expected: "application/json") }
        guard !intake.body.isEmpty else { throw .empty("body") }
        guard let json = JSONValue(parsing: intake.body.span) else { throw .wrongType("body", expected: "JSON") }
        return json
    }

    private func evaluate(
        _ json: JSONValue, _ target: AccessTarget, for found: FoundWorkload, by snapshot: ServedSnapshot,
        in loop: inout CheckLoopState
    ) throws(AccessEvaluation.Problem) {
        let batch = target == .evaluations ? try AccessBatch(json, limit: settings.maximumBatchCount) : nil
        guard let batch, let evaluations = batch.evaluations else {
            _ = try decide(try AccessEvaluation(json), for: found, by: snapshot, in: &loop)
            return
        }
        loop.writer.beginObject()
        loop.writer.name("evaluations")
        loop.writer.beginArray()
        for evaluation in evaluations {
            var decision = false
            do throws(AccessEvaluation.Problem) {
                decision = try decide(try evaluation.get(), for: found, by: snapshot, in: &loop)
            } catch {
                loop.noteUnreadable(by: .authzen, from: peer, at: snapshot, in: log)
                refuse(error, to: &loop.writer)
            }
            if batch.semantic.ends(with: decision) { break }
        }
        loop.writer.endArray()
        loop.writer.endObject()
    }

    /// Decides one evaluation and writes its answer; nothing is written where there is no decision.
    private func decide(
        _ evaluation: AccessEvaluation, for found: FoundWorkload, by snapshot: ServedSnapshot,
        in loop: inout CheckLoopState
    ) throws(AccessEvaluation.Problem) -> Bool {
        let document = try evaluation.document(for: found.workload, in: snapshot.point.policySet)
        loop.request.fill(from: document, for: found.workload, in: snapshot.point.policySet)
        // There is no connection and no request: a question is put in their terms.
        PeerIdentity.clear(&loop.request)
        loop.request.operation.hostIsKnown = false
        loop.request.operation.schemeIsKnown = false
        loop.request.operation.methodIsFree = true
        loop.request.needsNormalization = false
        loop.request.dynamicMetadataIsKnown = false
        let path = loop.request.operation.path
        let decision = snapshot.decide(&loop.request, for: found.workload, now: now, in: &loop.workspace)
        // Its headers are too many or too long for the engine, which is no answer about them.
        guard decision.status != 431 else { throw .tooLarge }
        loop.meter.count(decision, by: .authzen, at: snapshot, verifiedRule: loop.workspace.verifiedRule)
        let id = DecisionID.next()
        log?.record(
            decision, of: loop.request, sentPath: path, from: peer, for: found, by: .authzen,
            at: snapshot.point, in: loop.workspace, decisionID: id, trace: loop.trace)
        let isAllowed = decision.outcome == .allow
        loop.writer.beginObject()
        loop.writer.member("decision", isAllowed)
        loop.writer.name("context")
        loop.writer.beginObject()
        loop.writer.member("reason", decision.reason.rawValue)
        loop.writer.member("decisionId", id)
        loop.writer.endObject()
        loop.writer.endObject()
        return isAllowed
    }

    /// Writes the answer to an evaluation of a batch that cannot be read.
    private func refuse(_ problem: AccessEvaluation.Problem, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("decision", false)
        writer.name("context")
        writer.beginObject()
        writer.name("error")
        writer.beginObject()
        writer.member("status", 400)
        writer.member("message", problem.message)
        writer.endObject()
        writer.endObject()
        writer.endObject()
    }

    private func writeError(_ message: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("error", message)
        writer.endObject()
    }

    // MARK: Headers

    /// Gives back what names the request, if it is short and plain.
    private func echoRequestID(of request: borrowing CheckRequest, to answer: inout Answer) {
        guard let id = Self.header("x-request-id", of: request), !id.isEmpty, id.utf8.count <= 128,
            id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return }
        _ = answer.addHeader("x-request-id") { $0.append(contentsOf: id.utf8) }
    }

    /// The value of a header that is there once.
    private static func header(_ name: StaticString, of request: borrowing CheckRequest) -> String? {
        var value: String?
        for field in request.operation.headers where request.slice(field.name, equals: name) {
            guard value == nil else { return nil }
            value = request.text(field.value)
        }
        return value
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var rest = self
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return rest
    }
}
