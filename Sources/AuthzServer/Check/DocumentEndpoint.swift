import AuthzCore
import AuthzEngine
import AuthzPolicy

/// `POST /v1/check` and `POST /v1/explain`: decides one request document, or each of an array.
struct DocumentEndpoint {
    let settings: CheckSettings
    /// Whether the answer tells all that led to it, as `authz explain` does.
    let explains: Bool
    /// Seconds since 1970.
    let now: Int64
    let log: DecisionLog?
    /// Who asks.
    let peer: Peer

    private var api: CheckAPI { explains ? .explain : .document }

    /// The name of the body in diagnostics.
    private static let file = "request"
    /// How many names and values one document may have.
    private static let maximumValues = 8192

    /// Answers 200 with the decisions, or 400 with what is wrong; then nothing is decided.
    func respond(
        to body: [UInt8], by snapshot: ServedSnapshot, in loop: inout CheckLoopState, with answer: inout Answer
    ) {
        loop.writer.removeAll()
        do throws(BodyError) {
            switch try documents(in: body, requiresWorkload: snapshot.defaultWorkload == nil) {
            case .one(let document): decide(document, by: snapshot, in: &loop)
            case .batch(let documents):
                loop.writer.beginArray()
                for document in documents { decide(document, by: snapshot, in: &loop) }
                loop.writer.endArray()
            }
            answer.begin(status: 200)
        } catch {
            loop.noteUnreadable(by: api, from: peer, at: snapshot, in: log)
            loop.writer.removeAll()
            error.write(to: &loop.writer)
            answer.begin(status: 400)
        }
        let bytes = loop.writer.bytes
        answer.setBody(.json) { output in
            output.append(contentsOf: bytes)
            output.append(UInt8(ascii: "\n"))
        }
    }

    private enum Documents {
        case one(RequestDocument)
        case batch([RequestDocument])
    }

    private func documents(in body: [UInt8], requiresWorkload: Bool) throws(BodyError) -> Documents {
        // Only JSON is read from the network; the reader behind this would take YAML, too.
        var tape = JSONTape()
        do throws(JSONError) { try tape.scan(body.span) } catch { throw .notJSON(error) }
        do throws(InputError) {
            try Self.checkSize(of: tape)
            guard tape.kind(at: tape.root) == .array else {
                let document = try RequestDocumentDecoder.decode(body, file: Self.file, from: .network)
                if requiresWorkload { try Self.requireWorkload(of: [document]) }
                return .one(document)
            }
            let documents = try batch(in: body)
            if requiresWorkload { try Self.requireWorkload(of: documents) }
            return .batch(documents)
        } catch {
            throw .invalid(error.diagnostics)
        }
    }

    /// Refuses a document that would cost much more than its bytes, before anything is made of it.
    private static func checkSize(of tape: JSONTape) throws(InputError) {
        let isBatch = tape.kind(at: tape.root) == .array
        var index = isBatch ? tape.root + 1 : tape.root
        while index < tape.nodes.count {
            let end = Int(tape.nodes[index].end)
            guard end - index <= maximumValues else {
                throw InputError([
                    Diagnostic(
                        .error, .inputTooLarge, at: SourceLocation(file: file, line: 1, column: 1),
                        "a request has more than the \(maximumValues) names and values that are read")
                ])
            }
            index = end
        }
    }

    private static func requireWorkload(of documents: [RequestDocument]) throws(InputError) {
        // A proxy's own check says what it says.
        let problems = documents.filter { !$0.namesWorkload && $0.check == nil }.map { document in
            Diagnostic(
                .error, .missingField, at: document.location, "the request names no workload",
                label: "expected `destination` with `workload`, or with `namespace`")
        }
        guard problems.isEmpty else { throw InputError(problems) }
    }

    private func batch(in body: [UInt8]) throws(InputError) -> [RequestDocument] {
        let (nodes, diagnostics) = DocumentParser.parse(body, file: Self.file)
        guard !diagnostics.contains(where: { $0.severity == .error }), let root = nodes.first,
            case .sequence(let elements, let location) = root
        else { throw InputError(diagnostics) }
        guard elements.count <= settings.maximumBatchCount else {
            let limit = settings.maximumBatchCount
            let message = "the batch has \(elements.count) requests, more than the \(limit) that are read"
            throw InputError([Diagnostic(.error, .inputTooLarge, at: location, message)])
        }
        var documents: [RequestDocument] = []
        var problems: [Diagnostic] = []
        for element in elements {
            do throws(InputError) {
                documents.append(try RequestDocumentDecoder.decode(element, from: .network))
            } catch {
                problems += error.diagnostics
                if problems.count >= BodyError.maximumProblems { break }
            }
        }
        guard problems.isEmpty else { throw InputError(problems) }
        return documents
    }

    private func decide(_ document: RequestDocument, by snapshot: ServedSnapshot, in loop: inout CheckLoopState) {
        let point = snapshot.point
        var found = point.policySet.workload(for: document)
        if found.source == nil, let workload = snapshot.defaultWorkload {
            found = FoundWorkload(workload: workload, source: .listener)
        }
        loop.request.fill(from: document, for: found.workload, in: point.policySet)
        if document.check != nil { loop.request.needsNormalization = settings.normalizesEnvoyPaths }
        let sentPath = loop.request.operation.path
        let decision = snapshot.decide(&loop.request, for: found.workload, now: now, in: &loop.workspace)
        loop.meter.count(decision, by: api, at: snapshot, verifiedRule: loop.workspace.verifiedRule)
        let id = DecisionID.next()
        log?.record(
            decision, of: loop.request, sentPath: sentPath, from: peer, for: found, by: api, at: point,
            in: loop.workspace, decisionID: id, trace: loop.trace)
        guard explains else {
            return DecisionReport(
                decision, of: loop.request, sentPath: document.request?.path, for: found, at: point,
                in: loop.workspace, decisionID: id
            ).write(to: &loop.writer)
        }
        Explanation(of: document, for: found, by: point, now: now, in: &loop.workspace) { request in
            if document.check != nil { request.needsNormalization = settings.normalizesEnvoyPaths }
        }.write(to: &loop.writer)
    }
}
