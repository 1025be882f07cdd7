package import AuthzCore

/// A value of a YAML or JSON document with its place. Scalars keep their text, so `on`, `no` and `1.0` stay what they are.
package indirect enum DocumentNode: Sendable {
    case scalar(Scalar)
    case sequence([DocumentNode], SourceLocation)
    case mapping([Entry], SourceLocation)

    package struct Scalar: Sendable {
        /// The text after unescaping.
        package var text: String
        /// Whether it was written without quotes, so that `true`, `null` and `5` may mean more than text.
        package var isPlain: Bool
        package var location: SourceLocation

        package init(text: String, isPlain: Bool, location: SourceLocation) {
            self.text = text
            self.isPlain = isPlain
            self.location = location
        }
    }

    /// A member of a mapping; keys are unique in it.
    package struct Entry: Sendable {
        package var key: Scalar
        package var value: DocumentNode

        package init(key: Scalar, value: DocumentNode) {
            self.key = key
            self.value = value
        }
    }

    package var location: SourceLocation {
        switch self {
        case .scalar(let scalar): scalar.location
        case .sequence(_, let location), .mapping(_, let location): location
        }
    }

    /// Whether it is nothing: plain `null`, `~` or an empty place, which equals an absent field.
    package var isNull: Bool {
        guard case .scalar(let scalar) = self else { return false }
        return scalar.isNull
    }

    /// Whether it is a scalar of this text.
    package func isText(_ text: String) -> Bool {
        if case .scalar(let scalar) = self { scalar.text == text } else { false }
    }

    /// Where it, its keys and all that it holds are written.
    var places: Set<SourceLocation> {
        switch self {
        case .scalar(let scalar): [scalar.location]
        case .sequence(let items, let location):
            items.reduce(into: [location]) { places, item in places.formUnion(item.places) }
        case .mapping(let entries, let location):
            entries.reduce(into: [location]) { places, entry in
                places.insert(entry.key.location)
                places.formUnion(entry.value.places)
            }
        }
    }

    /// What it is, in a message: `text`, `a number`, `true`, `null`, `a list`, `a mapping`.
    package var kindName: String {
        switch self {
        case .scalar(let scalar): scalar.kindName
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

extension DocumentNode {
    /// The same some lines further down.
    func moved(down lines: Int) -> DocumentNode {
        let moved = { (location: SourceLocation) in
            var moved = location
            moved.line += lines
            return moved
        }
        let scalar = { (scalar: Scalar) in
            Scalar(text: scalar.text, isPlain: scalar.isPlain, location: moved(scalar.location))
        }
        switch self {
        case .scalar(let value): return .scalar(scalar(value))
        case .sequence(let items, let location): return .sequence(items.map { $0.moved(down: lines) }, moved(location))
        case .mapping(let entries, let location):
            return .mapping(
                entries.map { Entry(key: scalar($0.key), value: $0.value.moved(down: lines)) }, moved(location))
        }
    }
}

extension DocumentNode.Scalar {
    /// Whether it is plain `null`, `~` or nothing at all.
    package var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(text) }

    /// The value of plain `true` or `false`. `yes`, `on` and their like are text.
    package var boolean: Bool? {
        switch isPlain ? text : "" {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }

    /// The value of a plain decimal integer.
    package var integer: Int64? { isPlain ? Int64(text) : nil }

    /// What it is, in a message.
    package var kindName: String {
        if isNull { return "null" }
        if boolean != nil { return text }
        return isPlain && Double(text) != nil ? "a number" : "text"
    }
}

extension [DocumentNode] {
    /// Decodes each value. One that cannot be decoded is reported as an error by `decode`, so that the result is never
    /// used without it.
    func decoded<Value>(by decode: (DocumentNode) -> Value?) -> [Value] {
        var values: [Value] = []
        for node in self {
            if let value = decode(node) { values.append(value) }
        }
        return values
    }
}
