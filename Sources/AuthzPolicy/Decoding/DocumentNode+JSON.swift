package import AuthzCore

extension DocumentNode {
    /// Writes the value as JSON. Plain `true`, `false`, `null` and JSON numbers mean what they mean there; every other plain
    /// text, such as `on` or `007`, is a string.
    ///
    /// Recursive; the depth of documents is bounded by ``DocumentParser``.
    package func write(to json: inout JSONWriter) {
        switch self {
        case .scalar(let scalar): scalar.write(to: &json)
        case .sequence(let items, _):
            json.beginArray()
            for item in items { item.write(to: &json) }
            json.endArray()
        case .mapping(let entries, _):
            json.beginObject()
            for entry in entries {
                json.name(entry.key.text)
                entry.value.write(to: &json)
            }
            json.endObject()
        }
    }

    /// The value as JSON text.
    package var jsonText: String {
        var json = JSONWriter()
        write(to: &json)
        return json.text
    }
}

extension DocumentNode.Scalar {
    fileprivate func write(to json: inout JSONWriter) {
        if isNull {
            json.null()
        } else if let boolean {
            json.bool(boolean)
        } else if isPlain, isJSONNumber, let integer {
            json.integer(integer)
        } else if isPlain, isJSONNumber, let number = Double(text), number.isFinite {
            json.number(number)
        } else {
            json.string(text)
        }
    }

    /// Whether the text is a number by RFC 8259 §6.
    private var isJSONNumber: Bool {
        var rest = text.utf8[...]
        func takeFirst(of bytes: StaticString) -> Bool {
            guard let byte = rest.first, bytes.withUTF8Buffer({ $0.contains(byte) }) else { return false }
            rest.removeFirst()
            return true
        }
        func takeDigits() -> Bool {
            let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            rest = rest[digits.endIndex...]
            return !digits.isEmpty
        }
        _ = takeFirst(of: "-")
        guard takeFirst(of: "0") || takeDigits() else { return false }
        if takeFirst(of: "."), !takeDigits() { return false }
        if takeFirst(of: "eE") {
            _ = takeFirst(of: "-+")
            guard takeDigits() else { return false }
        }
        return rest.isEmpty
    }
}
