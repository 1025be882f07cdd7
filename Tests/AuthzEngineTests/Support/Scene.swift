import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzToken

/// Policies in force at one workload: `app: web` in `foo`, unless a test says otherwise.
struct Scene: Sendable {
    /// Trusts the tokens of every issuer, so that claims can be written down.
    static let anyIssuer = """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: any-issuer, namespace: istio-system}
        spec: {jwtRules: [{jwksUri: "https://keys.example/"}]}

        """
    /// A time at which tokens without times of their own are looked at.
    static let now: Int64 = 1_767_225_600

    let point: DecisionPoint
    let warnings: [Diagnostic]
    var destination = RequestDocument.Destination()
    var now = Scene.now

    /// - Parameters:
    ///   - policies: As text; `anyIssuer` stands beside them.
    ///   - isIndexed: Whether rules are always found through the index, or never; `nil` is as in the product.
    init(
        _ policies: String, mesh: MeshSettings = .test, labels: [String: String]? = ["app": "web"],
        namespace: String = "foo", options: EvaluationOptions = EvaluationOptions(),
        isIndexed: Bool? = nil, trustsAnyIssuer: Bool = true
    ) throws {
        let text = (trustsAnyIssuer ? Self.anyIssuer : "") + policies
        try self.init(
            PolicyLoader.load(text: text, file: "p.yaml").documents, mesh: mesh, labels: labels,
            namespace: namespace, options: options, isIndexed: isIndexed)
    }

    init(
        _ documents: PolicyDocuments, mesh: MeshSettings = .test, labels: [String: String]? = ["app": "web"],
        namespace: String = "foo", options: EvaluationOptions = EvaluationOptions(),
        isIndexed: Bool? = nil
    ) throws {
        var compileOptions = CompileOptions()
        if let isIndexed { compileOptions.ruleIndexThreshold = isIndexed ? 0 : .max }
        let compiled = try PolicySet.compile(documents, mesh: mesh, options: compileOptions)
        warnings = compiled.warnings
        point = DecisionPoint(policySet: compiled.policySet, options: options)
        destination.namespace = namespace
        destination.labels = labels
    }

    /// The text of an AuthorizationPolicy with a `spec` in flow style.
    static func policy(
        _ spec: String, name: String = "p", namespace: String = "foo", annotations: String = "{}"
    ) -> String {
        """
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: \(name), namespace: \(namespace), annotations: \(annotations)}
        spec: \(spec)

        """
    }

    func report(_ ask: Ask) -> DecisionReport {
        let document = ask.document(to: destination)
        let found = point.policySet.workload(for: document)
        var request = CheckRequest()
        request.fill(from: document, for: found.workload, in: point.policySet)
        var workspace = Workspace()
        var trace: Trace?
        let decision = point.decide(&request, for: found.workload, now: now, in: &workspace, trace: &trace)
        return DecisionReport(
            decision, of: request, sentPath: document.request?.path, for: found, at: point, in: workspace)
    }

    func allows(_ ask: Ask) -> Bool { report(ask).outcome == .allow }
}

extension MeshSettings {
    /// Trust domain `td1`, and callers of other trust domains let in.
    static let test = MeshSettings.test()

    static func test(
        trustDomain: String = "td1", aliases: [String] = [], normalization: PathNormalization = .base,
        trustedProxies: Int = 0
    ) -> MeshSettings {
        var settings = MeshSettings()
        settings.trustDomain = trustDomain
        settings.trustDomainAliases = aliases
        settings.pathNormalization = normalization
        settings.trustedProxyCount = trustedProxies
        settings.skipsTrustDomainValidation = true
        return settings
    }
}
