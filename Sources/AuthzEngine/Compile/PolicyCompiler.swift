package import AuthzCore
package import AuthzPolicy
package import AuthzToken

extension PolicySet {
    /// Compiles what was written into a policy set, or reports every problem that only the meaning shows.
    ///
    /// - Parameters:
    ///   - mesh: Settings that take the place of those among the documents.
    ///   - previous: The set that this one is to follow, compiled with the same options. What tokens were verified by is taken over
    ///     from it where it says the same, so that verified tokens stay remembered; no decision depends on it.
    /// - Throws: ``InputError`` with all errors and warnings; nothing is compiled with a part left out, but for what istiod
    ///   itself leaves out, which is warned of.
    package static func compile(
        _ documents: PolicyDocuments, mesh: MeshSettings? = nil, options: CompileOptions = CompileOptions(),
        after previous: PolicySet? = nil
    ) throws(InputError) -> (policySet: PolicySet, warnings: [Diagnostic]) {
        var compiler = PolicyCompiler(
            documents, mesh: mesh ?? documents.mesh ?? MeshSettings(), options: options, after: previous)
        compiler.compileAuthorizationPolicies()
        compiler.compileRequestAuthentications()
        compiler.compilePeerAuthentications()
        let diagnostics = compiler.diagnostics.sorted { $0.location < $1.location }
        if diagnostics.contains(where: { $0.severity == .error }) { throw InputError(diagnostics) }
        let digest = PolicyDigest.of(documents, mesh: compiler.parts.mesh, profile: options.profile)
        return (PolicySet(compiler.parts, digest: digest), diagnostics)
    }
}

/// The compile step: policies as written to the parts of a policy set.
private struct PolicyCompiler {
    let documents: PolicyDocuments
    let options: CompileOptions
    var parts: PolicySetParts
    var diagnostics: [Diagnostic] = []
    private let trustDomains: TrustDomains
    /// Index of ``PolicySetParts/keySources`` by issuer and URI.
    private var remoteKeySources: [String: Int] = [:]
    private let previous: PolicySet?
    /// Those of the set before, by issuer and audiences.
    private let knownRequirements: [[String]: TokenRequirements]

    init(_ documents: PolicyDocuments, mesh: MeshSettings, options: CompileOptions, after previous: PolicySet?) {
        self.documents = documents
        self.options = options
        self.previous = previous
        knownRequirements = Dictionary(
            (previous?.tokenRules ?? []).map { ([$0.issuer] + $0.audiences, $0.requirements) },
            uniquingKeysWith: { first, _ in first })
        parts = PolicySetParts(mesh: mesh, options: options, inventory: documents.inventory)
        trustDomains = TrustDomains(mesh.trustDomains)
    }

    /// By creation time, then name, then namespace.
    private static func isOlder(_ left: ResourceMetadata, _ right: ResourceMetadata) -> Bool {
        (left.creationTimestamp, left.name, left.namespace) < (right.creationTimestamp, right.name, right.namespace)
    }

    mutating func compileAuthorizationPolicies() {
        for policy in documents.authorizationPolicies.sorted(by: { Self.isOlder($0.metadata, $1.metadata) }) {
            let index = parts.authorizationPolicies.count
            let http = RuleCompiler(policy: policy, trustDomains: trustDomains, isTCP: false)
            let tcp = RuleCompiler(policy: policy, trustDomains: trustDomains, isTCP: true)
            parts.authorizationPolicies.append(
                CompiledAuthorizationPolicy(
                    reference: policy.reference,
                    attachment: policy.attachment, ownLabels: policy.metadata.labels, action: policy.action,
                    provider: policy.provider?.value,
                    isDryRun: policy.isDryRun, ruleLocations: policy.rules.map(\.location),
                    http: policy.rules.enumerated().map { ordinal, rule in
                        http.compile(rule, policy: index, ordinal: ordinal, into: &parts.program)
                    },
                    tcp: policy.rules.enumerated().map { ordinal, rule in
                        tcp.compile(rule, policy: index, ordinal: ordinal, into: &parts.program)
                    },
                    ztunnel: options.profile == .ambient ? ztunnelRules(of: policy, index: index) : nil))
            warnOfUncompilableConditions(policy)
            warnOfUnknownProvider(policy)
        }
    }

    /// The rules as ztunnel gets them; `nil` where it does not get the policy. What it does not get is warned of.
    private mutating func ztunnelRules(of policy: AuthorizationPolicy, index: Int) -> [CompiledRule]? {
        let compiler = ZtunnelRuleCompiler(policy: policy)
        let warnings = ZtunnelWarnings(policy: policy)
        guard compiler.acceptance == .accepted else {
            diagnostics += warnings.of(compiler.acceptance)
            return nil
        }
        return policy.rules.enumerated().map { ordinal, rule in
            let compiled = compiler.compile(rule, policy: index, ordinal: ordinal, into: &parts.program)
            diagnostics += warnings.of(compiled)
            return compiled
        }
    }

    /// A CUSTOM policy whose provider the mesh settings do not define: what it matches is denied, and nobody is asked.
    private mutating func warnOfUnknownProvider(_ policy: AuthorizationPolicy) {
        guard policy.action == .custom, let provider = policy.provider, let known = parts.mesh.extensionProviders,
            !known.contains(where: { $0.name == provider.value })
        else { return }
        let hint = NameSuggestion.hint(for: provider.value, among: known.map(\.name))
        diagnostics.append(
            Diagnostic(
                .warning, .unknownProvider, at: provider.location,
                "the mesh settings have no provider \(provider.value.quoted)",
                label: "requests that match the policy are denied", hint: hint))
    }

    /// Keys that admission passes and istiod cannot read: what then happens is not what was written.
    private mutating func warnOfUncompilableConditions(_ policy: AuthorizationPolicy) {
        for condition in policy.rules.flatMap(\.when) {
            do throws(ConditionField.KeyProblem) {
                _ = try ConditionField(key: condition.key.value)
            } catch {
                let effect =
                    policy.action == .allow || error == .unknown
                    ? "Istio leaves out the rule" : "Istio ignores the condition, so the rule matches more"
                diagnostics.append(
                    Diagnostic(
                        .warning, .uncompilableCondition, at: condition.key.location,
                        "`\(condition.key.value)` passes admission but cannot be compiled; \(effect)",
                        label: "the brackets must follow the key at once"))
            }
        }
    }

    mutating func compileRequestAuthentications() {
        for policy in documents.requestAuthentications.sorted(by: { Self.isOlder($0.metadata, $1.metadata) }) {
            let start = parts.tokenRules.count
            for rule in policy.rules {
                guard let source = keySource(of: rule) else { continue }
                let requirements = knownRequirements[[rule.issuer] + rule.audiences]
                parts.tokenRules.append(TokenRule(rule, keySource: source, requirements: requirements))
            }
            parts.requestAuthentications.append(
                CompiledRequestAuthentication(
                    reference: policy.reference,
                    attachment: policy.attachment, rules: start..<parts.tokenRules.count))
        }
    }

    /// The index of the rule's key source; `nil` where its inline keys are unusable, which is reported.
    private mutating func keySource(of rule: RequestAuthentication.JWTRule) -> Int? {
        switch rule.keys {
        case .inline(let text): return inlineKeySource(text)
        case .uri(let uri):
            return remoteKeySource("\(rule.issuer)\n\(uri.value)", .uri(uri.value, timeout: rule.timeout))
        case .discovery:
            return remoteKeySource("\(rule.issuer)\n", .discovery(issuer: rule.issuer, timeout: rule.timeout))
        }
    }

    private mutating func remoteKeySource(_ key: String, _ source: KeySource) -> Int {
        if let known = remoteKeySources[key] { return known }
        parts.keySources.append(source)
        remoteKeySources[key] = parts.keySources.count - 1
        return parts.keySources.count - 1
    }

    private mutating func inlineKeySource(_ text: Located<String>) -> Int? {
        let bytes = Array(text.value.utf8)
        do throws(KeySetError) {
            let keys: KeySet
            if let known = previous?.inlineKeySets[text.value] {
                keys = known
            } else {
                keys = try KeySet(jwks: bytes.span, origin: .inline, options: options.keyOptions)
            }
            parts.inlineKeySets[text.value] = keys
            for skipped in keys.skipped {
                diagnostics.append(
                    Diagnostic(.warning, .skippedKey, at: text.location, skipped.message))
            }
            parts.keySources.append(.inline(keys))
            return parts.keySources.count - 1
        } catch {
            diagnostics.append(
                Diagnostic(
                    .error, .unusableKeySet, at: text.location,
                    "the key set is unusable, and Envoy refuses the whole listener: \(error.text)",
                    label: "expected a JSON object with a list `keys` and a usable key in it"))
            return nil
        }
    }

    mutating func compilePeerAuthentications() {
        for policy in documents.peerAuthentications.sorted(by: { Self.isOlder($0.metadata, $1.metadata) }) {
            parts.peerAuthentications.append(
                CompiledPeerAuthentication(
                    reference: policy.reference, policy: policy))
            if options.profile == .ambient { diagnostics += ZtunnelWarnings.of(policy) }
        }
    }
}

extension CompileOptions {
    /// How keys are accepted.
    package var keyOptions: KeyOptions {
        KeyOptions(allowsSymmetricKeys: allowsSymmetricKeys, minimumRSABits: minimumRSABits)
    }
}
