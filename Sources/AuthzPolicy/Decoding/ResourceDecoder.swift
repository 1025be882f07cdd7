import AuthzCore

/// Sorts documents by kind and decodes those that are read.
struct ResourceDecoder {
    private(set) var documents = PolicyDocuments()

    private let collector: DiagnosticCollector
    private let sources: SourceTexts
    private var seen: [ResourceKey: SourceLocation] = [:]
    private var meshLocation: SourceLocation?

    private static let securityGroup = "security.istio.io"
    private static let securityKinds = ["AuthorizationPolicy", "RequestAuthentication", "PeerAuthentication"]

    private struct ResourceKey: Hashable {
        var group: String
        var kind: String
        var namespace: String
        var name: String
    }

    /// - Parameter sources: The inputs of the documents, for the places inside text that is YAML in turn.
    init(collector: DiagnosticCollector, sources: SourceTexts) {
        self.collector = collector
        self.sources = sources
        documents.sources = sources
    }

    /// Decodes one document, or the items of a `List`.
    mutating func decode(_ node: DocumentNode) {
        if SuiteFixtures.isFixtures(node) {
            documents.skippedKinds["fixtures", default: 0] += 1
            return
        }
        guard var reader = DocumentReader(node, name: "the resource", collector: collector) else { return }
        guard let kind = reader.requiredText("kind", endsReading: true) else { return }
        guard reader.node("apiVersion") != nil else {
            let isPolicy = Self.securityKinds.contains(kind.value)
            reader.missing(
                "apiVersion", endsReading: true,
                hint: isPolicy ? "write `apiVersion: \(Self.securityGroup)/v1`" : nil)
            return
        }
        guard let version = reader.nonEmptyText("apiVersion") else { return }
        let parts = version.value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let group = parts.count == 2 ? String(parts[0]) : ""

        // The API server has a list of each kind.
        let isTyped =
            kind.value.hasSuffix("List") && Self.securityKinds.contains(String(kind.value.dropLast("List".count)))
        if kind.value == "List" && group.isEmpty || isTyped {
            for item in reader.list("items") ?? [] {
                // A list inside a list is nothing that Kubernetes writes.
                guard case .mapping(let entries, _) = item,
                    entries.contains(where: { $0.key.text == "kind" && $0.value.isText("List") })
                else {
                    decode(item)
                    continue
                }
                collector.error(
                    .unknownKind, at: item.location, "a List holds a List", label: "expected a resource")
            }
            _ = reader.node("metadata")
            reader.finish()
            return
        }
        if PolicyList.refuse(
            node, of: Self.securityGroup, kind: kind, version: version, collector: collector)
        {
            return
        }
        let place = reader.keyLocation("kind") ?? reader.location
        switch group {
        case Self.securityGroup:
            decodeSecurity(kind, version: String(parts[1]), at: version.location, node: node, place: place)
        case _ where NameSuggestion.nearest(to: group, among: [Self.securityGroup]) != nil:
            collector.error(
                .unknownVersion, at: version.location, "unknown API \(version.value.quoted)",
                label: "expected `\(Self.securityGroup)/v1`", hint: "did you mean `\(Self.securityGroup)/v1`?")
        case _ where Self.securityKinds.contains(kind.value) && (group.isEmpty || group.contains("istio")):
            // A slip in the name of the API must not lose a policy. Other meshes have kinds of these names, too.
            collector.error(
                .unknownVersion, at: version.location, "\(kind.value.quoted) is no kind of \(version.value.quoted)",
                label: "expected `\(Self.securityGroup)/v1`", hint: "write `apiVersion: \(Self.securityGroup)/v1`")
        case "install.istio.io" where kind.value == "IstioOperator":
            decodeOperator(&reader)
        case "" where kind.value == "ConfigMap":
            decodeConfigMap(&reader)
        case _ where InventoryDecoder.reads(kind: kind.value, group: group):
            guard let metadata = MetadataDecoder.decode(from: &reader, location: place),
                register(kind.value, group: group, metadata)
            else { return }
            InventoryDecoder(collector: collector).decode(
                kind: kind.value, metadata: metadata, from: &reader, into: &documents.inventory)
        case "" where reader.node("items") != nil && NameSuggestion.isSlip(kind.value, of: "List"):
            // What it holds must not be lost.
            collector.error(
                .unknownKind, at: kind.location, "unknown kind \(kind.value.quoted) of a document with `items`",
                label: "expected `List`", hint: "did you mean `List`?")
        default:
            documents.skippedKinds[kind.value, default: 0] += 1
        }
    }

    private mutating func decodeSecurity(
        _ kind: Located<String>, version: String, at versionPlace: SourceLocation, node: DocumentNode,
        place: SourceLocation
    ) {
        guard Self.securityKinds.contains(kind.value) else {
            collector.error(
                .unknownKind, at: kind.location, "unknown kind \(kind.value.quoted) of `\(Self.securityGroup)`",
                label: "expected AuthorizationPolicy, RequestAuthentication or PeerAuthentication",
                hint: NameSuggestion.hint(for: kind.value, among: Self.securityKinds))
            return
        }
        guard version == "v1" || version == "v1beta1" else {
            collector.error(
                .unknownVersion, at: versionPlace, "unknown version \(version.quoted) of `\(Self.securityGroup)`",
                label: "expected `\(Self.securityGroup)/v1` or `\(Self.securityGroup)/v1beta1`")
            return
        }
        guard var reader = DocumentReader(node, name: kind.value, spelling: .snakeCaseToo, collector: collector) else {
            return
        }
        UnquotedText(collector: collector).check(node)
        for field in ["apiVersion", "kind"] { _ = reader.node(field) }
        let status = reader.node("status")
        guard let metadata = MetadataDecoder.decode(from: &reader, location: place) else { return }
        let isNew = register(kind.value, group: Self.securityGroup, metadata)
        switch kind.value {
        case "AuthorizationPolicy":
            var policy = AuthorizationPolicyDecoder(metadata: metadata, collector: collector).decode(from: &reader)
            policy.refusals = status.map(PolicyStatus.refusals) ?? []
            if isNew { documents.authorizationPolicies.append(policy) }
        case "RequestAuthentication":
            let policy = RequestAuthenticationDecoder(metadata: metadata, collector: collector).decode(from: &reader)
            if isNew { documents.requestAuthentications.append(policy) }
        default:
            let policy = PeerAuthenticationDecoder(metadata: metadata, collector: collector).decode(from: &reader)
            if isNew { documents.peerAuthentications.append(policy) }
        }
        reader.finish()
    }

    /// Notes a resource; `false` where one of its name is there already, which has been reported.
    private mutating func register(_ kind: String, group: String, _ metadata: ResourceMetadata) -> Bool {
        let key = ResourceKey(
            group: group, kind: kind, namespace: kind == "Namespace" ? "" : metadata.namespace, name: metadata.name)
        guard let first = seen.updateValue(seen[key] ?? metadata.location, forKey: key) else { return true }
        let name = key.namespace.isEmpty ? key.name : "\(key.namespace)/\(key.name)"
        collector.error(
            .duplicateResource, at: metadata.location, "the \(kind) \(name.quoted) is defined twice",
            label: "the first is at \(first)")
        return false
    }

    private mutating func decodeOperator(_ reader: inout DocumentReader) {
        guard var spec = reader.reader("spec"), let node = spec.node("meshConfig") else { return }
        takeMesh(node, at: spec.keyLocation("meshConfig") ?? node.location)
    }

    private mutating func decodeConfigMap(_ reader: inout DocumentReader) {
        guard var metadata = reader.reader("metadata"), metadata.text("name")?.value == "istio",
            var data = reader.reader("data"), let text = data.node("mesh")
        else {
            documents.skippedKinds["ConfigMap", default: 0] += 1
            return
        }
        guard case .scalar(let scalar) = text else {
            collector.error(
                .wrongType, at: text.location, "`mesh` is \(text.kindName), not text",
                label: "expected the mesh settings as YAML text", hint: "write `mesh: |-` and the YAML below it")
            return
        }
        let place = data.keyLocation("mesh") ?? scalar.location
        let embedded = EmbeddedDocuments(scalar, sources: sources)
        collector.report(embedded.diagnostics)
        guard embedded.documents.count <= 1 else {
            collector.error(
                .invalidYAML, at: scalar.location, "the mesh settings are \(embedded.documents.count) documents",
                label: "expected one")
            return
        }
        if embedded.diagnostics.isEmpty {
            takeMesh(embedded.documents.first ?? .mapping([], scalar.location), at: place)
        }
    }

    private mutating func takeMesh(_ node: DocumentNode, at place: SourceLocation) {
        if let meshLocation {
            collector.error(
                .duplicateResource, at: place, "the mesh settings are defined twice",
                label: "the first are at \(meshLocation)")
            return
        }
        meshLocation = place
        documents.mesh = MeshSettingsDecoder(collector: collector).decode(node, allowsSwitches: false)
    }
}
