/// A place in an input: file, line and column, both from 1; columns count characters.
package struct SourceLocation: Sendable, Hashable {
    /// The path as the user wrote it, or `<stdin>`.
    package var file: String
    package var line: Int
    package var column: Int
    /// How many characters the span at this place has; at least 1.
    package var length: Int

    /// A file or folder as a whole, which is no place in a text: its line is 0.
    package static func whole(_ path: String) -> SourceLocation { SourceLocation(file: path, line: 0, column: 0) }

    /// Whether it is a place in a text.
    package var isInText: Bool { line > 0 }

    package init(file: String, line: Int, column: Int, length: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
        self.length = length
    }
}

extension SourceLocation: CustomStringConvertible {
    package var description: String { isInText ? "\(file):\(line):\(column)" : file }
}

extension SourceLocation: Comparable {
    package static func < (left: SourceLocation, right: SourceLocation) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

/// A value and the place where it is written.
package struct Located<Value> {
    package var value: Value
    package var location: SourceLocation

    package init(_ value: Value, at location: SourceLocation) {
        self.value = value
        self.location = location
    }
}

extension Located: Sendable where Value: Sendable {}
