package import AuthzCore
package import AuthzEngine
package import AuthzPolicy

/// Policies and a request as they are written, decided with a trace.
package struct WrittenDecision: Sendable {
    package let report: DecisionReport
    package let trace: Trace
    /// What is said at loading.
    package let warnings: [Diagnostic]

    /// - Parameters:
    ///   - policies: Multi-document YAML.
    ///   - request: A request document.
    ///   - mesh: Take the place of mesh settings among the policies.
    ///   - adjust: Changes the request before it is decided, for what no document can say.
    package init(
        _ policies: String, _ request: String, profile: Profile = .sidecar, mesh: MeshSettings? = nil,
        options: EvaluationOptions = EvaluationOptions(), adjust: (inout CheckRequest) -> Void = { _ in }
    ) throws(InputError) {
        let loaded = try PolicyLoader.load(text: policies, file: "policies.yaml")
        var compileOptions = CompileOptions()
        compileOptions.profile = profile
        let compiled = try PolicySet.compile(loaded.documents, mesh: mesh, options: compileOptions)
        warnings = loaded.warnings + compiled.warnings
        let point = DecisionPoint(policySet: compiled.policySet, options: options)
        let document = try RequestDocumentDecoder.decode(Array(request.utf8), file: "request.yaml", from: .offline)
        let found = point.policySet.workload(for: document)
        var checkRequest = CheckRequest()
        checkRequest.fill(from: document, for: found.workload, in: point.policySet)
        adjust(&checkRequest)
        var workspace = Workspace()
        var trace: Trace? = Trace()
        let decision = point.decide(
            &checkRequest, for: found.workload, now: document.now ?? 0, in: &workspace, trace: &trace)
        report = DecisionReport(
            decision, of: checkRequest, sentPath: document.request?.path, for: found, at: point, in: workspace)
        self.trace = trace ?? Trace()
    }

    /// `allow 200` or `deny 0 denied-by-policy`.
    package var summary: String {
        report.outcome == .allow
            ? "allow \(report.status)" : "deny \(report.status) \(report.reason.rawValue)"
    }

    /// The notes of a layer.
    package func notes(_ layer: Trace.LayerName) -> [String] {
        trace.layers.first { $0.name == layer }?.notes ?? []
    }

    /// The rules of a layer, of all its policies.
    package func rules(_ layer: Trace.LayerName) -> [Trace.RuleStep] {
        trace.layers.first { $0.name == layer }?.policies.flatMap(\.rules) ?? []
    }
}
