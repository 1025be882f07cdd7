import AuthzCore

/// Decodes what all resources share: their metadata, and how policies are attached.
enum MetadataDecoder {
    private static let otherFields = [
        "generateName", "uid", "resourceVersion", "generation", "deletionTimestamp", "deletionGracePeriodSeconds",
        "ownerReferences", "finalizers", "managedFields", "selfLink", "clusterName",
    ]

    /// Decodes `metadata` of a resource.
    ///
    /// - Returns: `nil` where there is no usable name; that has been reported.
    static func decode(from resource: inout DocumentReader, location: SourceLocation) -> ResourceMetadata? {
        guard resource.node("metadata") != nil else {
            resource.missing("metadata", endsReading: true)
            return nil
        }
        guard var reader = resource.reader("metadata") else { return nil }
        let name = reader.requiredText("name")
        let namespace = reader.nonEmptyText("namespace")
        var metadata = ResourceMetadata(
            name: name?.value ?? "", namespace: namespace?.value ?? "default", location: location)
        metadata.namespaceLocation = namespace?.location
        metadata.labels = dictionary(reader.textMap("labels"))
        metadata.annotations = dictionary(reader.textMap("annotations"))
        if let created = reader.time("creationTimestamp") { metadata.creationTimestamp = created.value }
        for field in otherFields { _ = reader.node(field) }
        reader.finish()

        let collector = resource.collector
        if let name { collector.check([name]) { check($0, maximumLength: 253, allowsDots: true) } }
        if let namespace { collector.check([namespace]) { check($0, maximumLength: 63, allowsDots: false) } }
        return name == nil ? nil : metadata
    }

    /// Reports the annotations that a security resource may not have.
    ///
    /// - Parameter allowsDryRun: Whether `istio.io/dry-run` is looked at elsewhere.
    static func checkAnnotations(of resource: inout DocumentReader, allowsDryRun: Bool) {
        guard case .mapping(let fields, _)? = resource.node("metadata"),
            case .mapping(let annotations, _)? = fields.first(where: { $0.key.text == "annotations" })?.value
        else { return }
        for annotation in annotations {
            let name = annotation.key.text
            if name == dryRun, !allowsDryRun {
                resource.collector.error(
                    .invalidDryRun, at: annotation.key.location, "`istio.io/dry-run` has no meaning here",
                    label: "only an AuthorizationPolicy can be a dry run")
            } else if allowsDryRun, isLikeDryRun(name) {
                resource.collector.warning(
                    .invalidDryRun, at: annotation.key.location, "the annotation \(name.quoted) makes no dry run",
                    label: "the policy is enforced", hint: "did you mean `\(dryRun)`?")
            } else if name.hasPrefix("internal.istio.io/") {
                resource.collector.error(
                    .reservedAnnotation, at: annotation.key.location, "the annotation \(name.quoted) is reserved",
                    label: "Istio keeps this name for itself")
            }
        }
    }

    private static let dryRun = "istio.io/dry-run"

    /// Whether a name is likely to be a slip for that of a dry run. Other tools have dry runs of their own.
    private static func isLikeDryRun(_ name: String) -> Bool {
        guard name != dryRun else { return false }
        let last = name.split(separator: "/").last.map { $0.lowercased().filter { $0 != "-" && $0 != "_" } }
        return last == "dryrun" && (name.lowercased().contains("istio") || !name.contains("/"))
            || NameSuggestion.distance(name, dryRun) <= 2
    }

    static func dictionary(_ entries: [(key: Located<String>, value: Located<String>)]) -> [String: String] {
        Dictionary(entries.map { ($0.key.value, $0.value.value) }) { first, _ in first }
    }

    /// The name in lower case, with `-` for what else stands between words; `nil` where that is none, either.
    private static func spelled(_ name: String) -> String? {
        let text = String(name.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 })
        return text != name && text.wholeMatch(of: /[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/) != nil ? text : nil
    }

    /// The rule of Kubernetes for names of objects (RFC 1123).
    private static func check(_ name: String, maximumLength: Int, allowsDots: Bool) -> ValueProblem? {
        let isEnd: (UInt8?) -> Bool = { byte in
            guard let byte else { return false }
            return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        let isName = name.utf8.allSatisfy { byte in
            isEnd(byte) || byte == UInt8(ascii: "-") || allowsDots && byte == UInt8(ascii: ".")
        }
        guard isName, isEnd(name.utf8.first), isEnd(name.utf8.last), name.utf8.count <= maximumLength else {
            return ValueProblem(
                .invalidName, "\(name.quoted) is not a name of Kubernetes",
                label:
                    "expected at most \(maximumLength) of `a` to `z`, `0` to `9`\(allowsDots ? ", `-` and `.`" : " and `-`")",
                hint: spelled(name).map { "write \($0.quoted)" })
        }
        return nil
    }
}
