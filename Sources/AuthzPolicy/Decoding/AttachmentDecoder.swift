import AuthzCore

/// Decodes `selector`, `targetRef` and `targetRefs`.
enum AttachmentDecoder {
    private static let maximumLabels = 4096
    private static let maximumTargetRefs = 16

    /// Decodes how an AuthorizationPolicy or a RequestAuthentication is attached.
    static func decode(from spec: inout DocumentReader) -> Attachment {
        let collector = spec.collector
        let labels = selector(from: &spec)
        var refs: [TargetRef] = []
        let list = spec.list("targetRefs") ?? []
        if list.count > maximumTargetRefs, let place = spec.keyLocation("targetRefs") {
            collector.error(
                .tooManyValues, at: place, "`targetRefs` has \(list.count) entries",
                label: "at most \(maximumTargetRefs)")
        }
        for node in list {
            if let ref = targetRef(node, name: "targetRefs", collector: collector) { refs.append(ref) }
        }
        var legacy: TargetRef?
        if let node = spec.node("targetRef") { legacy = targetRef(node, name: "targetRef", collector: collector) }

        let written = ["selector", "targetRef", "targetRefs"].filter { field in
            field == "targetRefs" ? !list.isEmpty : spec.node(field) != nil
        }
        if written.count > 1, let place = spec.keyLocation(written[1]) {
            collector.error(
                .conflictingFields, at: place, "`\(written[1])` cannot stand beside `\(written[0])`",
                label: "expected at most one of `selector`, `targetRef` and `targetRefs`")
        }
        if !list.isEmpty { return .targetRefs(refs) }
        if spec.node("targetRef") != nil { return .targetRefs(legacy.map { [$0] } ?? []) }
        return labels.isEmpty ? .everything : .selector(labels)
    }

    /// Decodes `selector.matchLabels`; empty where there is no selector, or one without labels, which has a warning.
    static func selector(from spec: inout DocumentReader) -> [String: String] {
        guard var selector = spec.reader("selector") else { return [:] }
        let labels = selector.textMap("matchLabels")
        let isEmpty = selector.node("matchLabels").map { node in
            if case .mapping(let entries, _) = node { entries.isEmpty } else { false }
        }
        selector.finish()
        let collector = spec.collector
        if isEmpty ?? selector.fieldNames.allSatisfy({ $0 == "matchLabels" || $0 == "match_labels" }),
            let place = spec.keyLocation("selector")
        {
            collector.warning(
                .emptySelector, at: place, "a selector without labels selects every workload in scope",
                label: "expected labels", hint: "leave `selector` out if that is meant")
        }
        if labels.count > maximumLabels, let place = spec.keyLocation("selector") {
            collector.error(
                .tooManyValues, at: place, "`matchLabels` has \(labels.count) entries",
                label: "at most \(maximumLabels)")
        }
        for (key, value) in labels {
            if key.value.isEmpty {
                collector.error(.invalidSelector, at: key.location, "a label has no name", label: "expected a name")
            }
            for text in [key, value] where text.value.utf8.contains(UInt8(ascii: "*")) {
                collector.error(
                    .invalidSelector, at: text.location, "\(text.value.quoted) has a `*`",
                    label: "labels are compared as they are")
            }
            if value.value.count > 63 {
                collector.error(
                    .invalidSelector, at: value.location, "the value of the label \(key.value.quoted) is too long",
                    label: "at most 63 characters")
            }
        }
        return MetadataDecoder.dictionary(labels)
    }

    /// Where the labels of the selector, or the names of targets, are written.
    ///
    /// - Parameter hasTargets: Whether the resource may have any; elsewhere they are not asked for, which would make them known fields.
    static func places(in spec: inout DocumentReader, hasTargets: Bool = true) -> [String: SourceLocation] {
        var places: [String: SourceLocation] = [:]
        if case .mapping(let labels, _)? = spec.node("selector")?["matchLabels"] {
            for label in labels { places[label.key.text] = label.key.location }
        }
        guard hasTargets else { return places }
        let targets = (spec.node("targetRefs")?.items ?? []) + [spec.node("targetRef")].compactMap(\.self)
        for target in targets {
            if case .scalar(let name)? = target["name"] { places[name.text] = name.location }
        }
        return places
    }

    private static let kinds: [(group: String, kind: String, target: TargetRef.Kind)] = [
        ("", "Service", .service), ("core", "Service", .service),
        ("networking.istio.io", "ServiceEntry", .serviceEntry),
        ("gateway.networking.k8s.io", "Gateway", .gateway),
        ("gateway.networking.k8s.io", "GatewayClass", .gatewayClass),
    ]

    private static func targetRef(_ node: DocumentNode, name: String, collector: DiagnosticCollector) -> TargetRef? {
        guard var reader = DocumentReader(node, name: name, spelling: .snakeCaseToo, collector: collector) else {
            return nil
        }
        let targetName = reader.requiredText("name")
        let group = reader.text("group")
        let kind = reader.requiredText("kind")
        if let namespace = reader.text("namespace"), !namespace.value.isEmpty {
            collector.error(
                .invalidTargetRef, at: namespace.location, "a target in another namespace is not supported",
                label: "a policy is attached to resources of its own namespace",
                hint: "write the policy in the namespace \(namespace.value.quoted), and leave this out")
        }
        reader.finish()
        if let targetName, targetName.value.count > 253 {
            collector.error(
                .invalidTargetRef, at: targetName.location, "the name of the target is too long",
                label: "at most 253 characters")
        }
        guard let kind else { return nil }
        let groupText = group?.value ?? ""
        guard let match = kinds.first(where: { $0.group == groupText && $0.kind == kind.value }) else {
            let named = groupText.isEmpty ? kind.value : "\(groupText)/\(kind.value)"
            let other = kinds.first { $0.kind == kind.value }
            collector.error(
                .invalidTargetRef, at: kind.location, "a policy cannot be attached to \(named.quoted)",
                label: "expected Service, ServiceEntry, Gateway or GatewayClass, each with its group",
                hint: other.map { "write `group: \($0.group.isEmpty ? "\"\"" : $0.group)` beside it" })
            return nil
        }
        return targetName.map { TargetRef(kind: match.target, name: $0.value) }
    }
}
