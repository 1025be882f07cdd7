import AuthzCore

extension JSONWriter {
    mutating func member(_ name: String, _ values: [String]) {
        self.name(name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }

    mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        bool(value)
    }
}
