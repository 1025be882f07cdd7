import AuthzCore

extension DocumentReader {
    /// The key sets of a field that maps each `jwksUri` to a file or to the set itself; empty where it is absent.
    package mutating func keyDocuments(_ field: String) -> [Suite.KeyDocument] {
        guard let node = node(field) else { return [] }
        guard case .mapping(let entries, _) = node else {
            collector.error(
                .wrongType, at: node.location, "\(field.quoted) is \(node.kindName), not a mapping",
                label: "expected a mapping of each `jwksUri` to a file or a key set")
            return []
        }
        return entries.compactMap { entry in
            let content: Suite.KeyDocument.Content
            switch entry.value {
            case .scalar(let scalar) where !scalar.isNull && !scalar.text.isEmpty: content = .file(scalar.text)
            case .mapping: content = .inline(json: entry.value.jsonText)
            case .scalar, .sequence:
                collector.error(
                    .wrongType, at: entry.value.location,
                    "the key set of \(RedactedURL.text(of: entry.key.text).quoted) is \(entry.value.kindName), not a file or a mapping",
                    label: "expected a path or a key set")
                return nil
            }
            return Suite.KeyDocument(uri: entry.key.text, content: content, location: entry.value.location)
        }
    }
}
