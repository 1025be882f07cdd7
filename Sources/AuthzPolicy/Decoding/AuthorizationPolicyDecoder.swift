import AuthzCore

/// Decodes an AuthorizationPolicy with the checks of Istio's admission.
struct AuthorizationPolicyDecoder {
    private static let maximumRules = 512
    private static let dryRunAnnotation = "istio.io/dry-run"

    private let metadata: ResourceMetadata
    private let collector: DiagnosticCollector

    init(metadata: ResourceMetadata, collector: DiagnosticCollector) {
        self.metadata = metadata
        self.collector = collector
    }

    /// Decodes `spec`. What is returned is whole only if nothing was reported as an error.
    func decode(from resource: inout DocumentReader) -> AuthorizationPolicy {
        MetadataDecoder.checkAnnotations(of: &resource, allowsDryRun: true)
        guard var spec = resource.reader("spec") else {
            var policy = AuthorizationPolicy(
                metadata: metadata, attachment: .everything, action: .allow,
                isDryRun: isDryRun(in: &resource, action: .allow), rules: [])
            policy.hasAction = false
            return policy
        }
        let attachment = AttachmentDecoder.decode(from: &spec)
        let hasAction = spec.node("action") != nil
        let written = spec.enumeration("action", of: AuthorizationPolicy.Action.self)
        let action = written?.value ?? (hasAction ? nil : .allow)
        let hasProvider = spec.node("provider") != nil
        let provider = provider(from: &spec, action: action)

        let items = spec.list("rules") ?? []
        if items.count > Self.maximumRules, let place = spec.keyLocation("rules") {
            collector.error(
                .tooManyValues, at: place, "`rules` has \(items.count) entries", label: "at most \(Self.maximumRules)")
        }
        let rules = items.compactMap { rule($0, action: action) }
        if items.isEmpty, action == .deny || action == .custom {
            reportMissingRules(in: &spec, action: action == .deny ? "DENY" : "CUSTOM")
        }
        if action == .custom, !items.isEmpty, !hasProvider {
            collector.error(
                .missingField, at: written?.location ?? spec.location, "a CUSTOM policy has no provider",
                label: "expected `provider.name` beside it")
        }
        spec.finish()
        var policy = AuthorizationPolicy(
            metadata: metadata, attachment: attachment, action: action ?? .allow, provider: provider,
            isDryRun: isDryRun(in: &resource, action: action), rules: rules)
        policy.hasAction = hasAction
        policy.attachmentPlaces = AttachmentDecoder.places(in: &spec)
        return policy
    }

    private func provider(from spec: inout DocumentReader, action: AuthorizationPolicy.Action?) -> Located<String>? {
        guard var reader = spec.reader("provider") else { return nil }
        let name = reader.requiredText("name")
        reader.finish()
        if let action, action != .custom, let place = spec.keyLocation("provider") {
            collector.error(
                .notWithAction, at: place, "`provider` has no meaning in a policy of action \(action.rawValue)",
                label: "only a CUSTOM policy has a provider")
        }
        return name
    }

    private func reportMissingRules(in spec: inout DocumentReader, action: String) {
        let place = spec.keyLocation("rules") ?? spec.keyLocation("action") ?? spec.location
        let effect = action == "DENY" ? "denies nothing" : "asks nobody"
        collector.error(
            .missingRules, at: place, "a \(action) policy without rules \(effect)", label: "expected rules",
            hint: action == "DENY"
                ? "list what it is for: `rules: [{}]` is every request; to allow no more than other policies do, write `spec: {}`, which is ALLOW without rules"
                : "list what it is for: `rules: [{}]` is every request")
    }

    private func isDryRun(in resource: inout DocumentReader, action: AuthorizationPolicy.Action?) -> Bool {
        guard var metadata = resource.reader("metadata") else { return false }
        guard let entry = metadata.textMap("annotations").first(where: { $0.key.value == Self.dryRunAnnotation })
        else { return false }
        if action == .custom || action == .audit {
            collector.error(
                .invalidDryRun, at: entry.key.location, "`istio.io/dry-run` has no meaning here",
                label: "only ALLOW and DENY policies can be a dry run")
        }
        switch entry.value.value {
        case "1", "t", "T", "TRUE", "true", "True": return true
        case "0", "f", "F", "FALSE", "false", "False": return false
        default:
            collector.error(
                .invalidDryRun, at: entry.value.location, "\(entry.value.value.quoted) is not a Boolean",
                label: "expected `true` or `false`")
            return false
        }
    }

    private func rule(_ node: DocumentNode, action: AuthorizationPolicy.Action?) -> AuthorizationPolicy.Rule? {
        guard !node.isNull else {
            collector.error(
                .wrongType, at: node.location, "a rule is null", label: "expected a mapping",
                hint: "write `{}` for a rule that matches every request")
            return nil
        }
        guard var reader = DocumentReader(node, name: "rules", spelling: .snakeCaseToo, collector: collector) else {
            return nil
        }
        let from = reader.list("from") ?? []
        if from.count > Self.maximumRules, let place = reader.keyLocation("from") {
            collector.error(
                .tooManyValues, at: place, "`from` has \(from.count) entries", label: "at most \(Self.maximumRules)")
        }
        let to = reader.list("to") ?? []
        let when = reader.list("when") ?? []
        reader.finish()

        let matches = MatchDecoder(action: action, collector: collector)
        let rule = AuthorizationPolicy.Rule(
            from: from.decoded(by: matches.source), to: to.decoded(by: matches.operation),
            when: when.decoded(by: matches.condition), location: reader.location)
        if action == .deny { warnOfTCP(rule) }
        return rule
    }

    /// A DENY rule loses its HTTP conditions on TCP; if nothing is left it denies every connection.
    private func warnOfTCP(_ rule: AuthorizationPolicy.Rule) {
        let fields = Set(rule.from.flatMap { source in source.fields.map(\.field) })
        let sourceWorksOnTCP = !fields.isDisjoint(
            with: [.principals, .namespaces, .serviceAccounts, .ipBlocks, .remoteIpBlocks])
        let operationWorksOnTCP = rule.to.contains { operation in
            operation.fields.contains { field, _ in field == .ports }
        }
        let deniesAll = rule.to.isEmpty ? !rule.from.isEmpty && !sourceWorksOnTCP : !operationWorksOnTCP
        guard deniesAll else { return }
        let hint = "add `ports` to `to` to keep it to the ports of HTTP"
        // Istio warns of trust domains too, though they are known on TCP.
        if fields.contains(.trustDomains), rule.to.isEmpty {
            collector.warning(
                .deniesAllTCP, at: rule.location, "this DENY rule denies TCP connections of its trust domains as well",
                label: "Istio warns that it denies all", hint: hint)
        } else {
            collector.warning(
                .deniesAllTCP, at: rule.location,
                "this DENY rule denies TCP connections without its HTTP conditions",
                label: "on TCP nothing is known of methods, hosts, paths, headers and tokens",
                hint: hint)
        }
    }
}
