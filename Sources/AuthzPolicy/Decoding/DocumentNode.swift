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
}
