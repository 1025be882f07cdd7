import AuthzCore

/// Lists of policies under another name than that of a list, which nothing would read.
enum PolicyList {
    /// Reports a document that holds policies in `items`, and is no `List`: they must not be lost by a slip.
    ///
    /// - Parameters:
    ///   - group: The API of the policies.
    ///   - version: `apiVersion` of the document.
    /// - Returns: Whether it is one.
    static func refuse(
        _ node: DocumentNode, of group: String, kind: Located<String>, version: Located<String>,
        collector: DiagnosticCollector
    ) -> Bool {
        guard let items = node["items"]?.items else { return false }
        let isOfGroup = version.value.hasPrefix("\(group)/")
        let count = items.count { item in
            if case .scalar(let own)? = item["apiVersion"] { own.text.hasPrefix("\(group)/") } else { isOfGroup }
        }
        // A list of another API, as Kubernetes writes them, says nothing that is read here.
        guard count > 0 || isOfGroup else { return false }
        let (needsVersion, needsKind) = (version.value != "v1", kind.value != "List")
        let changes = [needsVersion ? "`apiVersion: v1`" : nil, needsKind ? "`kind: List`" : nil].compactMap(\.self)
        collector.error(
            .unknownKind, at: needsKind ? kind.location : version.location,
            "a \(kind.value.quoted) of \(version.value.quoted) is not read, and with it the \(count == 1 ? "policy" : "\(count) policies") in it",
            label: "expected a `List` of `v1`",
            hint: !needsVersion && NameSuggestion.isSlip(kind.value, of: "List")
                ? "did you mean `List`?" : "write \(changes.joined(separator: " and "))")
        return true
    }
}
