package import AuthzCore

/// Takes the fields out of one mapping by name and type, and reports what is wrong with them.
///
/// A field that is `null` is absent. Each read marks its field as known; ``finish()`` reports the others.
package struct DocumentReader {
    package enum Spelling: Sendable {
        /// Names as they are.
        case exact
        /// Also in snake_case, as proto JSON allows: `jwks_uri` for `jwksUri`.
        case snakeCaseToo
    }

    /// What holds the fields, as it is named in messages: in backquotes, unless it begins with `the `.
    package let name: String
    package let location: SourceLocation
    package let collector: DiagnosticCollector
    private let entries: [DocumentNode.Entry]
    private let spelling: Spelling
    private var known: [String] = []
    /// How many fields are named to whoever wrote one that is like none of them.
    private static let maximumListed = 16

    /// - Returns: `nil` for what is no mapping; that has been reported.
    package init?(
        _ node: DocumentNode, name: String, spelling: Spelling = .exact, collector: DiagnosticCollector
    ) {
        guard case .mapping(let entries, let location) = node else {
            let what = ShapeHint.isList(name) ? "an entry of \(Self.title(name))" : Self.title(name)
            collector.error(
                .wrongType, at: node.location, "\(what) is \(node.kindName), not a mapping",
                label: "expected a mapping",
                hint: ShapeHint.hint(for: node, as: name, ofPolicies: spelling == .snakeCaseToo))
            return nil
        }
        self.name = name
        self.location = location
        self.entries = entries
        self.spelling = spelling
        self.collector = collector
    }

    /// The fields that are written, in their order, known or not.
    package var fieldNames: [String] { entries.map(\.key.text) }

    /// Whether every field that is written is null or an empty list.
    package var holdsNothing: Bool {
        entries.allSatisfy { entry in
            if case .sequence(let items, _) = entry.value { items.isEmpty } else { entry.value.isNull }
        }
    }

    /// The value of a field; `nil` where it is absent or null.
    package mutating func node(_ field: String) -> DocumentNode? {
        guard let node = writtenNode(field), !node.isNull else { return nil }
        return node
    }

    /// The value of a field, null included; `nil` where it is absent.
    package mutating func writtenNode(_ field: String) -> DocumentNode? {
        entry(field)?.value
    }

    /// Where the name of a field is written; `nil` where it is absent.
    package mutating func keyLocation(_ field: String) -> SourceLocation? {
        entry(field)?.key.location
    }

    /// Where the values of fields are written that are there.
    func places(of fields: Set<String>) -> [String: SourceLocation] {
        var places: [String: SourceLocation] = [:]
        for entry in entries where fields.contains(entry.key.text) { places[entry.key.text] = entry.value.location }
        return places
    }

    private mutating func entry(_ field: String) -> DocumentNode.Entry? {
        if !known.contains(field) { known.append(field) }
        if let entry = entries.first(where: { $0.key.text == field }) { return entry }
        guard spelling == .snakeCaseToo else { return nil }
        let snakeCase = Self.snakeCase(field)
        return entries.first { $0.key.text == snakeCase }
    }

    /// The mapping in a field.
    package mutating func reader(_ field: String) -> DocumentReader? {
        guard let node = node(field) else { return nil }
        return DocumentReader(node, name: field, spelling: spelling, collector: collector)
    }

    /// The values of the list in a field; `nil` where it is absent, null or no list (which has been reported).
    package mutating func list(_ field: String) -> [DocumentNode]? {
        guard let node = node(field) else { return nil }
        guard case .sequence(let items, _) = node else {
            let hint: String? =
                switch node {
                case _ where ShapeHint.isList(field): ShapeHint.hint(forList: field)
                case .scalar(let scalar): scalar.text.count <= 60 ? "write `[\(quoted(scalar))]`" : nil
                case .sequence, .mapping: nil
                }
            collector.error(
                .wrongType, at: node.location, "`\(field)` is \(node.kindName), not a list", label: "expected a list",
                hint: hint)
            return nil
        }
        return items
    }

    /// Whether a field is the author's own, such as one that holds anchors.
    static func isExtension(_ field: String) -> Bool { field.hasPrefix("x-") }

    /// Takes the fields for known whose name begins with `x-`, whatever they hold.
    mutating func passOverExtensions() {
        known += entries.map(\.key.text).filter(Self.isExtension)
    }

    /// Names the fields that nothing read as unknown, and those that are written in both spellings as duplicates.
    ///
    /// - Parameter fallback: The hint where nothing else can be said of a field.
    package func finish(
        as severity: Diagnostic.Severity = .error, code: DiagnosticCode = .unknownField, fallback: String? = nil
    ) {
        let snakeCase = spelling == .snakeCaseToo ? known.map(Self.snakeCase) : []
        for entry in entries {
            // Nothing that is found from here on is told: an input of many such fields must not cost more than its reading.
            if collector.isFull, collector.hasErrors { return }
            let written = entry.key.text
            if known.contains(written) { continue }
            if let field = snakeCase.firstIndex(of: written).map({ known[$0] }) {
                if let other = entries.first(where: { $0.key.text == field }) {
                    collector.error(
                        .duplicateKey, at: entry.key.location, "\(written.quoted) and `\(field)` are one field",
                        label: "first written in line \(other.key.location.line)")
                }
                continue
            }
            collector.report(
                Diagnostic(
                    severity, code, at: entry.key.location, "unknown field \(written.quoted) in \(Self.title(name))",
                    label: "expected one of the fields of \(Self.title(name))",
                    hint: collector.isFull ? nil : hint(forUnknown: written) ?? fallback))
        }
    }

    /// Where the field belongs, or which was probably meant, or which there are, unless they are many.
    private func hint(forUnknown field: String) -> String? {
        if let place = FieldPlace.hint(for: field, in: name, ofPolicies: spelling == .snakeCaseToo) { return place }
        if let suggestion = NameSuggestion.hint(for: field, among: known) { return suggestion }
        guard (1...Self.maximumListed).contains(known.count) else { return nil }
        return "its field\(known.count == 1 ? " is" : "s are") \(known.map(\.quoted).joined(separator: ", "))"
    }

    static func title(_ name: String) -> String {
        name.hasPrefix("the ") ? name : "`\(name)`"
    }

    /// Whether an unknown field is probably a slip for this one, so that it need not be reported as missing too.
    func hasSlip(of field: String) -> Bool { slip(for: field) != nil }

    /// The unknown field that probably is one.
    func slip(for field: String) -> DocumentNode.Scalar? {
        entries.first { entry in
            !known.contains(entry.key.text) && NameSuggestion.nearest(to: entry.key.text, among: [field]) != nil
        }?.key
    }

    private static func snakeCase(_ field: String) -> String {
        var result = ""
        for character in field {
            if character.isUppercase { result += "_" }
            result += character.lowercased()
        }
        return result
    }

    /// As it is written; in policies what Kubernetes takes for no text has quotes.
    private func quoted(_ scalar: DocumentNode.Scalar) -> String {
        let isText = spelling == .exact || UnquotedText.Kind(scalar) == nil
        return scalar.isPlain && isText ? scalar.text : "\"\(scalar.text)\""
    }
}
