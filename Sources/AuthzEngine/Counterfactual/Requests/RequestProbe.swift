import AuthzCore
import AuthzPolicy

/// Answers of the tests of one field for values of it, with all that could stand in the way taken out of the request: it tells which
/// values are worth trying, and decides nothing.
struct RequestProbe {
    let point: DecisionPoint
    let workload: Workload
    let base: RequestDocument
    let places: TokenPlaces
    let now: Int64

    private var request = CheckRequest()
    private var workspace = Workspace()

    init(point: DecisionPoint, workload: Workload, base: RequestDocument, places: TokenPlaces, now: Int64) {
        self.point = point
        self.workload = workload
        self.base = base
        self.places = places
        self.now = now
    }

    /// The answers to tests in their order, and how the connection and the token fare; `nil` where the proxy refuses a request with
    /// that value whatever else is in it.
    ///
    /// - Parameter tellsBadTokens: Whether a token that is refused has answers, too: why it is.
    mutating func answers(
        _ tests: [Int32], of field: RequestField, _ value: RequestField.Value, tellsBadTokens: Bool = false
    ) -> Answers? {
        var document = neutral(for: field)
        field.set(value, in: &document, places: places)
        request.fill(from: document, for: workload, in: point.policySet)
        workspace.begin()
        var trace: Trace?
        var answers = Answers()
        if field == .principal || field == .port {
            var copy = request
            if let refusal = ConnectionCheck.refusal(
                of: &copy, for: workload, in: point.policySet, trace: &trace)
            {
                // The port and the peer stand in each other's way, a foreign trust domain in its own.
                if refusal.reason == .trustDomainNotAccepted { return nil }
                answers.refusal = refusal.reason
            }
        }
        var facts = Facts()
        if request.transport == .http, workload.readsHTTP {
            let refusal = RequestPreparation.prepare(
                &request, for: workload, under: point.policySet, in: &workspace, facts: &facts, trace: &trace)
            guard refusal == nil else { return nil }
            answers.isGRPC = workspace.isGRPC
            answers.hasRoute = facts.hasRoute
            let authenticator = Authenticator(
                policySet: point.policySet, workload: workload, keySets: point.keySets, now: now,
                maximumTokenBytes: point.options.maximumTokenBytes)
            if !workload.tokenRules.isEmpty,
                let refusal = authenticator.refusal(of: &request, in: &workspace, trace: &trace)
            {
                guard tellsBadTokens else { return nil }
                answers.refusal = refusal.reason
                return answers
            }
            RequestPreparation.readOperation(of: request, into: &facts)
        } else {
            RequestPreparation.readConnection(of: request, into: &facts)
            facts.isHTTP = false
        }
        answers.values = values(of: tests, facts)
        return answers
    }

    /// What tests would answer to a method or a path if the proxy took it as it is written.
    mutating func writtenAnswers(_ tests: [Int32], of field: RequestField, _ text: String) -> [UInt8] {
        request.removeAll()
        workspace.begin()
        let text = request.append(text)
        if field == .method { request.operation.method = text } else { request.operation.path = text }
        var facts = Facts()
        facts.isHTTP = true
        RequestPreparation.readOperation(of: request, into: &facts)
        return values(of: tests, facts)
    }

    private func values(of tests: [Int32], _ facts: Facts) -> [UInt8] {
        let program = point.policySet.program
        return tests.flatMap { index in
            [Caution.allowing, .denying].map { caution in
                switch program.outcome(
                    of: program.tests[Int(index)], for: request, facts, claims: workspace.claims, caution: caution)
                {
                case .matches: 1
                case .differs: 0
                case .unknown: 2
                }
            }
        }
    }

    struct Answers: Hashable {
        /// For each test what it answers where it has to allow, and where it has to deny: 0 no, 1 yes, 2 unknown.
        var values: [UInt8] = []
        var refusal: Reason?
        var isGRPC = false
        var hasRoute = true

        func passes(_ place: Int) -> Bool { values[2 * place] == 1 }
        func fails(_ place: Int) -> Bool { values[2 * place + 1] == 0 }
    }

    /// The request with nothing in it but what belongs to the field.
    private func neutral(for field: RequestField) -> RequestDocument {
        var document = base
        if field != .token { places.removeTokens(from: &document) }
        guard var written = document.request else { return document }
        let plain = RequestDocument.HTTPRequest()
        if field != .method { written.method = plain.method }
        if field != .path, field != .token { written.path = plain.path }
        if field == .token, places.params.isEmpty { written.path = plain.path }
        if field != .host { written.host = "x.example" }
        if field != .scheme { written.scheme = nil }
        let isAddress = [.sourceIP, .remoteIP, .destinationIP].contains(field)
        written.headers = written.headers.filter { header in
            let name = header.name.lowercased()
            switch field {
            case .token: return places.holdsToken(name)
            case .header(let own): return own == name
            default: return isAddress && name == "x-forwarded-for"
            }
        }
        document.request = written
        return document
    }
}
