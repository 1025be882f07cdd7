import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzServer
import AuthzToken
import Testing

/// A check responder over policies that a test writes, asked without a socket.
struct CheckFixture {
    /// What the caller would read.
    struct Reply: Equatable {
        var status: Int
        var body: String
        var headers: [String: String]
    }

    /// One workload, `prod/api`, that accepts plaintext.
    static let inventory = """
        apiVersion: v1
        kind: Pod
        metadata: {name: api, namespace: prod, labels: {app: api}}
        ---
        """

    let store: SnapshotStore
    let responder: CheckResponder

    /// - Parameter now: Seconds since 1970.
    init(
        _ policies: String, defaultWorkload: String? = nil, settings: CheckSettings = CheckSettings(),
        failsOpen: Bool = false, now: Int64 = 1_700_000_000, log: DecisionLog? = nil, keySets: [KeySet?] = []
    ) throws {
        var options = EvaluationOptions()
        options.failsOpen = failsOpen
        store = SnapshotStore(
            try Self.snapshot(policies, defaultWorkload: defaultWorkload, keySets: keySets, options: options))
        responder = CheckResponder(store: store, settings: settings, clock: { now }, log: log)
    }

    /// What policies and the inventory give.
    ///
    /// - Parameter previous: The set that they follow.
    static func snapshot(
        _ policies: String, defaultWorkload: String? = nil, keySets: [KeySet?] = [], after previous: PolicySet? = nil,
        options: EvaluationOptions = EvaluationOptions()
    ) throws(InputError) -> ServedSnapshot {
        let documents = try PolicyLoader.load(text: inventory + "\n" + policies, file: "test.yaml").documents
        let policySet = try PolicySet.compile(documents, after: previous).policySet
        return ServedSnapshot(
            point: DecisionPoint(policySet: policySet, keySets: keySets, options: options),
            defaultWorkload: defaultWorkload.flatMap(policySet.workload(named:)))
    }

    /// Asks as a codec does.
    ///
    /// - Parameter host: `nil` for a request without one.
    func ask(
        _ method: String = "GET", _ target: String, headers: [(String, String)] = [], body: String = "",
        host: String? = "api.example", peer: Peer
    ) -> Reply {
        var loop = responder.makeLoopState()
        return Self.ask(
            responder, in: &loop, method, target, headers: headers, body: body, host: host, peer: peer)
    }

    func ask(
        _ method: String = "GET", _ target: String, headers: [(String, String)] = [], body: String = "",
        host: String? = "api.example", isTrusted: Bool = false
    ) -> Reply {
        ask(
            method, target, headers: headers, body: body, host: host, peer: Peer(address: nil, isTrusted: isTrusted))
    }

    /// Asks again and again on the same event loop.
    static func ask(
        _ responder: CheckResponder, in loop: inout CheckLoopState, _ method: String = "GET", _ target: String,
        headers: [(String, String)] = [], body: String = "", host: String? = "api.example",
        peer: Peer = Peer(address: nil, isTrusted: false)
    ) -> Reply {
        var intake = RequestIntake(limits: RequestLimits())
        intake.begin(peer: peer)
        intake.setMethod(method.utf8.span)
        intake.setTarget(target.utf8.span)
        if let host { intake.setHost(host.utf8.span) }
        for (name, value) in headers { intake.addHeader(name: name.utf8.span, value: value.utf8.span) }
        intake.appendBody(body.utf8.span)
        #expect(intake.problem == nil)
        var answer = Answer()
        responder.respond(to: &intake, in: &loop, with: &answer)
        return reply(answer)
    }

    static func reply(_ answer: Answer) -> Reply {
        let text = { (slice: ByteSlice) in String(decoding: answer.bytes[slice.range], as: UTF8.self) }
        var headers = Dictionary(uniqueKeysWithValues: answer.headers.map { (text($0.name), text($0.value)) })
        headers["content-type"] = answer.contentType?.value.description
        return Reply(status: answer.status, body: text(answer.body), headers: headers)
    }

    /// An ALLOW policy of `prod` with one rule.
    static func allow(_ rule: String) -> String {
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: allow, namespace: prod}
        spec:
          rules:
          - \(rule)
        ---

        """
    }
}
