package import AuthzCore

extension DocumentReader {
    /// The text of a field. What is plain stays as it is written: `on`, `5`, `1.0`.
    package mutating func text(_ field: String) -> Located<String>? {
        guard let node = node(field) else { return nil }
        return text(of: node, field)
    }

    /// The text of a field that must not be empty.
    package mutating func nonEmptyText(_ field: String) -> Located<String>? {
        guard let text = text(field) else { return nil }
        guard !text.value.isEmpty else {
            collector.error(.emptyValue, at: text.location, "`\(field)` is empty", label: "expected text")
            return nil
        }
        return text
    }

    /// The text of a field that must be there and not be empty.
    ///
    /// - Parameter endsReading: Whether nothing is read where it is missing, so that nobody calls ``finish(as:code:fallback:)``.
    package mutating func requiredText(_ field: String, endsReading: Bool = false) -> Located<String>? {
        guard node(field) != nil else {
            missing(field, endsReading: endsReading)
            return nil
        }
        return nonEmptyText(field)
    }

    /// Reports that a field is not there.
    ///
    /// A field that is probably a slip for it is told by ``finish(as:code:fallback:)``; where that is not called, here.
    package func missing(_ field: String, endsReading: Bool = false, hint: String? = nil) {
        let slip = slip(for: field)
        if slip != nil, !endsReading { return }
        collector.error(
            .missingField, at: slip?.location ?? location, "`\(field)` is missing in \(Self.title(name))",
            label: "expected `\(field)`", hint: slip.map { "write `\(field)` for \($0.text.quoted)" } ?? hint)
    }

    /// The texts of the list in a field; empty where it is absent.
    package mutating func texts(_ field: String) -> [Located<String>] {
        var result: [Located<String>] = []
        for node in list(field) ?? [] {
            guard case .scalar(let scalar) = node, !scalar.isNull else {
                collector.error(
                    .wrongType, at: node.location, "a value of `\(field)` is \(node.kindName), not text",
                    label: "expected text")
                continue
            }
            result.append(Located(scalar.text, at: scalar.location))
        }
        return result
    }

    /// The texts of the list in a field, none of them empty.
    package mutating func nonEmptyTexts(_ field: String) -> [Located<String>] {
        texts(field).filter { text in
            guard text.value.isEmpty else { return true }
            collector.error(.emptyValue, at: text.location, "a value of `\(field)` is empty", label: "expected text")
            return false
        }
    }

    /// The entries of a field that maps text to text, in their order; empty where it is absent.
    package mutating func textMap(_ field: String) -> [(key: Located<String>, value: Located<String>)] {
        guard let node = node(field) else { return [] }
        guard case .mapping(let entries, _) = node else {
            collector.error(
                .wrongType, at: node.location, "`\(field)` is \(node.kindName), not a mapping",
                label: "expected a mapping of text to text", hint: ShapeHint.hint(forMap: field, node))
            return []
        }
        var result: [(key: Located<String>, value: Located<String>)] = []
        for entry in entries {
            let key = Located(entry.key.text, at: entry.key.location)
            guard let value = text(of: entry.value, entry.key.text) else { continue }
            result.append((key, value))
        }
        return result
    }

    /// Plain `true` or `false`.
    package mutating func boolean(_ field: String) -> Located<Bool>? {
        guard let node = node(field) else { return nil }
        guard case .scalar(let scalar) = node, let value = scalar.boolean else {
            collector.error(
                .wrongType, at: node.location, "`\(field)` is \(node.kindName), not a Boolean",
                label: "expected true or false", hint: Self.boolean(meantBy: node).map { "write `\($0)`" })
            return nil
        }
        return Located(value, at: scalar.location)
    }

    /// What `yes`, `off` or `"true"` stands for elsewhere.
    private static func boolean(meantBy node: DocumentNode) -> Bool? {
        guard case .scalar(let scalar) = node else { return nil }
        let text = scalar.text.lowercased()
        if ["yes", "on", "y", "true", "1"].contains(text) { return true }
        return ["no", "off", "n", "false", "0"].contains(text) ? false : nil
    }

    /// A plain decimal integer within a range.
    package mutating func integer(_ field: String, in range: ClosedRange<Int64>) -> Located<Int64>? {
        guard let node = node(field) else { return nil }
        guard case .scalar(let scalar) = node, scalar.isPlain, Double(scalar.text) != nil else {
            collector.error(
                .wrongType, at: node.location, "`\(field)` is \(node.kindName), not a number",
                label: "expected a number from \(range.lowerBound) to \(range.upperBound)",
                hint: Self.hint(forNumberAs: node))
            return nil
        }
        guard let value = scalar.integer, range.contains(value) else {
            collector.error(
                .invalidNumber, at: scalar.location, "\(scalar.text.quoted) is out of range for `\(field)`",
                label: "expected a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return Located(value, at: scalar.location)
    }

    /// For a number in quotes, before other words, as in `200 OK`, or alone in a list.
    private static func hint(forNumberAs node: DocumentNode) -> String? {
        if case .scalar(let scalar) = node, !scalar.isPlain, Int64(scalar.text) != nil {
            return "write it without quotes"
        }
        let number: Int64? =
            switch node {
            case .scalar(let scalar): Int64(scalar.text.prefix { $0 != " " })
            case .sequence: onlyItem(of: node).flatMap { Int64($0) }
            case .mapping: nil
            }
        return number.map { "write `\($0)`" }
    }

    /// One of the names of an enumeration.
    package mutating func enumeration<Value>(_ field: String, of type: Value.Type) -> Located<Value>?
    where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
        guard let text = text(field) else { return nil }
        if let value = Value(rawValue: text.value) { return Located(value, at: text.location) }
        unknownValue(text, of: field, expected: type.allCases.map(\.rawValue))
        return nil
    }

    /// Reports a text that is none of the names that a field may have.
    package func unknownValue(_ text: Located<String>, of field: String, expected names: [String]) {
        collector.error(
            .unknownValue, at: text.location, "unknown value \(text.value.quoted) of `\(field)`",
            label: "expected \(Self.enumerate(names))",
            hint: NameSuggestion.hint(for: text.value, among: names))
    }

    /// A time span such as `5s`, `1.5h` or `250ms`.
    package mutating func duration(_ field: String) -> Located<Duration>? {
        guard let text = text(field) else { return nil }
        guard let value = DurationText.parse(text.value) else {
            collector.error(
                .invalidDuration, at: text.location, "\(text.value.quoted) is not a time span",
                label: "expected a number with a unit, such as `5s` or `250ms`")
            return nil
        }
        return Located(value, at: text.location)
    }

    /// A point in time (RFC 3339), in seconds since 1970.
    package mutating func time(_ field: String) -> Located<Int64>? {
        guard let text = text(field) else { return nil }
        guard let value = TimestampText.parse(text.value) else {
            collector.error(
                .invalidTime, at: text.location, "\(text.value.quoted) is not a time",
                label: "expected a time such as `2026-01-01T00:00:00Z`")
            return nil
        }
        return Located(value, at: text.location)
    }

    private func text(of node: DocumentNode, _ field: String) -> Located<String>? {
        guard case .scalar(let scalar) = node, !scalar.isNull else {
            collector.error(
                .wrongType, at: node.location, "\(field.quoted) is \(node.kindName), not text", label: "expected text",
                hint: Self.onlyItem(of: node).map { "write \($0.quoted)" })
            return nil
        }
        return Located(scalar.text, at: scalar.location)
    }

    /// The one text of a list of one.
    private static func onlyItem(of node: DocumentNode) -> String? {
        guard case .sequence(let items, _) = node, items.count == 1, case .scalar(let scalar) = items[0], !scalar.isNull
        else { return nil }
        return scalar.text
    }

    private static func enumerate(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }
}
