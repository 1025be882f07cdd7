import AuthzCore
import AuthzEngine
import AuthzPolicy

/// A request of any size that costs one matcher most.
struct WorstCase {
    /// What is decided. A rule that no request fits is tried to its end.
    struct Input {
        /// The members of an ALLOW rule.
        var rule: String
        var principal = "spiffe://cluster.local/ns/n/sa/x"
        var host = "h"
        var path = "/"
        var headers: [(name: String, value: String)] = []
        var isMerged = false
        var isGateway = false
        var mesh = MeshSettings()
        /// Members of a JWT rule; `nil` without one.
        var tokenRule: String?
        /// The claims of a token with a good signature.
        var claims: String?
        /// How often the token stands in the request, each time in a line of its own.
        var tokenLines = 1

        /// A rule about one header.
        static func header(values: [String], lines: [String], isMerged: Bool = false) -> Input {
            let listed = values.map { "\"\($0)\"" }.joined(separator: ", ")
            return Input(
                rule: "when: [{key: \"request.headers[x-test]\", values: [\(listed)]}]",
                headers: lines.map { ("x-test", $0) }, isMerged: isMerged)
        }

        /// A rule about a claim that has another value.
        static func claims(_ claims: String, condition: String) -> Input {
            Input(
                rule: "when: [{key: \"\(condition)\", values: [x]}]",
                tokenRule: "spaceDelimitedClaims: [scope]", claims: claims)
        }

        /// A request without a token, however long it is looked for.
        static func tokens(location: String, headers: [(name: String, value: String)]) -> Input {
            Input(rule: "to: [{operation: {methods: [PUT]}}]", headers: headers, tokenRule: location)
        }
    }

    let name: String
    let size: Int
    let unit: String
    let bound: String
    private let input: (Int) -> Input

    init(_ name: String, _ size: Int, _ unit: String, _ bound: String, _ input: @escaping (Int) -> Input) {
        self.name = name
        self.size = size
        self.unit = unit
        self.bound = bound
        self.input = input
    }

    /// Takes a copy of the request and decides it.
    func operation(_ size: Int) throws(InputError) -> () -> Void {
        var input = input(size)
        input.mesh.skipsTrustDomainValidation = true
        let documents = try PolicyLoader.load(text: policies(input), file: "benchmark.yaml").documents
        var options = EvaluationOptions()
        options.maximumTokenBytes = 16 << 20
        let policySet = try PolicySet.compile(documents, mesh: input.mesh).policySet
        let point = DecisionPoint(policySet: policySet, options: options)
        let document = document(input)
        let workload = policySet.workload(for: document.destination)
        var prepared = CheckRequest()
        prepared.fill(from: document, for: workload, in: policySet)
        prepared.hasMergedHeaders = input.isMerged
        // An Envoy may be told to take longer requests than the codec does by itself.
        prepared.proxyHasAppendedPeer = true
        if input.tokenLines > 1, let line = prepared.operation.headers.last {
            for _ in 1..<input.tokenLines { prepared.appendHeader(name: line.name, value: line.value) }
        }
        let request = prepared
        var workspace = Workspace()
        return {
            var copy = request
            var trace: Trace?
            let decision = point.decide(&copy, for: workload, now: 0, in: &workspace, trace: &trace)
            // INVARIANT: what is to be slow is reached, and nothing before it ends the decision.
            precondition(decision.reason == .noAllowPolicyMatched, "\(name): \(decision.reason.rawValue)")
        }
    }

    private func policies(_ input: Input) -> String {
        let rule = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: n}
            spec: {rules: [{\(input.rule)}]}
            """
        guard let tokenRule = input.tokenRule else { return rule }
        return """
            \(rule)
            ---
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: p, namespace: n}
            spec: {jwtRules: [{issuer: i, jwksUri: "https://i/keys", \(tokenRule)}]}
            """
    }

    private func document(_ input: Input) -> RequestDocument {
        let location = SourceLocation(file: "request", line: 1, column: 1)
        var document = RequestDocument(location: location)
        document.source.principal = input.principal
        document.source.ip = IPAddress(v4: 0xc000_0207)
        document.destination.namespace = "n"
        document.destination.labels = input.isGateway ? ["istio": "ingressgateway"] : ["app": "x"]
        document.destination.port = 80
        var request = RequestDocument.HTTPRequest()
        request.path = input.path
        request.host = input.host
        request.headers = input.headers
        document.request = request
        document.token = input.claims.map { .claims(json: $0, hasValidSignature: true, location: location) }
        return document
    }
}
