import AuthzCore

/// The YAML documents that are the text of a scalar of another one, with places in the outer file where they are known.
struct EmbeddedDocuments {
    let documents: [DocumentNode]
    let diagnostics: [Diagnostic]

    /// - Parameter sources: Holds the outer file. Inside a literal block (`|`) places are exact; in other text everything
    ///   is at the place of the scalar.
    init(_ scalar: DocumentNode.Scalar, sources: SourceTexts) {
        let (documents, diagnostics) = DocumentParser.parse(Array(scalar.text.utf8), file: scalar.location.file)
        let move = Self.mover(of: scalar, sources: sources)
        self.documents = documents.map { $0.moved(by: move) }
        self.diagnostics = diagnostics.map { diagnostic in
            var result = diagnostic
            result.location = move(diagnostic.location)
            return result
        }
    }

    private static func mover(
        of scalar: DocumentNode.Scalar, sources: SourceTexts
    ) -> (SourceLocation) -> SourceLocation {
        let outer = scalar.location
        guard let header = sources.line(outer.line, of: outer.file),
            header.unicodeScalars.dropFirst(outer.column - 1).first == "|",
            let first = scalar.text.split(separator: "\n").first,
            let indentation = (1...64).lazy.compactMap({ offset -> Int? in
                guard let line = sources.line(outer.line + offset, of: outer.file), !line.allSatisfy({ $0 == " " })
                else { return nil }
                return line.unicodeScalars.count - first.unicodeScalars.count
            }).first, indentation > 0
        else { return { _ in outer } }
        return { inner in
            var place = inner
            place.line += outer.line
            place.column += indentation
            return place
        }
    }
}

extension DocumentNode {
    /// The same values at other places.
    fileprivate func moved(by move: (SourceLocation) -> SourceLocation) -> DocumentNode {
        switch self {
        case .scalar(let scalar): return .scalar(scalar.moved(by: move))
        case .sequence(let items, let location): return .sequence(items.map { $0.moved(by: move) }, move(location))
        case .mapping(let entries, let location):
            let moved = entries.map { Entry(key: $0.key.moved(by: move), value: $0.value.moved(by: move)) }
            return .mapping(moved, move(location))
        }
    }
}

extension DocumentNode.Scalar {
    fileprivate func moved(by move: (SourceLocation) -> SourceLocation) -> DocumentNode.Scalar {
        var result = self
        result.location = move(location)
        return result
    }
}
