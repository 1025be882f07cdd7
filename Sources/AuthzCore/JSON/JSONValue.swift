internal import CJansson

/// A JSON document as a tree, read by jansson. For documents that are read once, such as key sets; requests and tokens go
/// through ``JSONTape``.
package indirect enum JSONValue: Sendable {
    /// Members in the order of the text.
    case object([Member])
    case array([JSONValue])
    case string(String)
    case number(Double)
    case bool(Bool)
    case null

    package struct Member: Sendable {
        package let name: String
        package let value: JSONValue
    }

    /// The deepest nesting of objects and arrays that is accepted, as Envoy.
    package static let maximumDepth = 100

    /// Reads one JSON text (RFC 8259). Duplicate members are refused, and a member name with U+0000.
    ///
    /// - Returns: `nil` for any other text.
    package init?(parsing bytes: Span<UInt8>) {
        let flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL | JSON_DECODE_ANY
        let tree = unsafe bytes.withUnsafeBytes { buffer in
            unsafe json_loadb(buffer.baseAddress, buffer.count, Int(flags), nil)
        }
        guard let tree = unsafe tree else { return nil }
        defer { unsafe json_decref(tree) }
        guard let value = unsafe Self.convert(tree, depth: 0) else { return nil }
        self = value
    }

    /// The value of a member by its name, compared byte for byte; `nil` where there is none or this is no object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The text, if this is a string.
    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The elements, if this is an array.
    package var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var isObject: Bool {
        if case .object = self { true } else { false }
    }

    /// Recursive; `depth` bounds it.
    private static func convert(_ tree: UnsafeMutablePointer<json_t>, depth: Int) -> JSONValue? {
        switch unsafe tree.pointee.type {
        case JSON_OBJECT:
            guard depth < maximumDepth else { return nil }
            var members: [Member] = []
            var iterator = unsafe json_object_iter(tree)
            while let current = unsafe iterator {
                guard let key = unsafe json_object_iter_key(current),
                    let child = unsafe json_object_iter_value(current),
                    let value = unsafe convert(child, depth: depth + 1)
                else { return nil }
                members.append(Member(name: unsafe String(cString: key), value: value))
                unsafe iterator = json_object_iter_next(tree, current)
            }
            return .object(members)
        case JSON_ARRAY:
            guard depth < maximumDepth else { return nil }
            var elements: [JSONValue] = []
            for index in unsafe 0..<json_array_size(tree) {
                guard let child = unsafe json_array_get(tree, index),
                    let value = unsafe convert(child, depth: depth + 1)
                else { return nil }
                elements.append(value)
            }
            return .array(elements)
        case JSON_STRING:
            guard let text = unsafe json_string_value(tree) else { return nil }
            let bytes = unsafe UnsafeRawBufferPointer(start: text, count: json_string_length(tree))
            return unsafe .string(String(decoding: bytes, as: UTF8.self))
        case JSON_REAL, JSON_INTEGER: return unsafe .number(json_number_value(tree))
        case JSON_TRUE: return .bool(true)
        case JSON_FALSE: return .bool(false)
        default: return .null
        }
    }
}
