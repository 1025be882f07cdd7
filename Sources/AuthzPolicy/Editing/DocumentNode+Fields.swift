extension DocumentNode {
    /// The value of a field, also where its name is written with underscores.
    package subscript(name: String) -> DocumentNode? {
        guard case .mapping(let entries, _) = self else { return nil }
        return entries.first { $0.key.text == name || $0.key.text.camelCased == name }?.value
    }

    /// The elements of a list; empty for all else.
    package var items: [DocumentNode] { if case .sequence(let items, _) = self { items } else { [] } }
}

extension String {
    /// `not_paths` as `notPaths`.
    fileprivate var camelCased: String {
        let words = split(separator: "_", omittingEmptySubsequences: false)
        return words.enumerated().map { $0 == 0 ? String($1) : $1.prefix(1).uppercased() + $1.dropFirst() }.joined()
    }
}
