/// JSON text scanned into flat nodes, in the order of the text. It is used again for the next text, and a warm tape allocates
/// nothing.
///
/// An object is followed by its members, each a name and then the nodes of its value; an array by those of its elements.
/// The reader is strict (RFC 8259), and refuses besides what would make two readers disagree: duplicate members and lone
/// surrogates.
package struct JSONTape: Sendable {
    package enum Kind: UInt8, Sendable { case object, array, string, number, boolTrue, boolFalse, null }

    /// One value, or the name of a member.
    package struct Node: Sendable {
        package let kind: Kind
        /// Whether this is the name of a member; then `kind` is `string` and the value is the next node.
        package let isKey: Bool
        /// Bytes of ``JSONTape/text``: those of a string after unescaping, of a number as it was written.
        package let text: ByteSlice
        /// How many members or elements there are; 0 for other kinds.
        package internal(set) var count: UInt32 = 0
        /// The index behind the last node of this value. While the value is being read: the container around it.
        package internal(set) var end: UInt32
    }

    /// The most bytes that one text may have.
    package static let maximumBytes = Int(UInt32.max / 2)

    package internal(set) var nodes: [Node] = []
    /// The bytes that the nodes name: the text that was scanned, and behind it what was unescaped. What nodes name is UTF-8,
    /// checked.
    package internal(set) var text: [UInt8] = []
    /// Room for the check of duplicate members.
    var keys: [UInt32] = []

    package init() {}

    /// The index of the outermost value. There is one after a scan that did not throw.
    package var root: Int { 0 }

    package var isEmpty: Bool { nodes.isEmpty }

    /// Forgets the last text and keeps the memory.
    package mutating func removeAll() {
        // Emptying an empty array costs as much as emptying a full one.
        nodes.clear()
        text.clear()
    }

    /// Makes the tape that of an object without members.
    package mutating func setEmptyObject() {
        removeAll()
        nodes.append(Node(kind: .object, isKey: false, text: .empty, end: 1))
    }

    /// The same in memory of its own, of just the size that it needs.
    package var compactCopy: JSONTape {
        var copy = JSONTape()
        copy.nodes.reserveCapacity(nodes.count)
        copy.nodes.append(contentsOf: nodes)
        copy.text.reserveCapacity(text.count)
        copy.text.append(contentsOf: text)
        return copy
    }

    /// How many bytes nodes and text take.
    package var byteCount: Int { nodes.count * MemoryLayout<Node>.stride + text.count }

    package func kind(at index: Int) -> Kind { nodes[index].kind }

    /// The value of a member, or `nil` where there is none of that name or the node is no object. Names are compared byte
    /// for byte. O(members).
    package func member(_ name: Span<UInt8>, of object: Int) -> Int? {
        guard nodes[object].kind == .object else { return nil }
        var key = object + 1
        for _ in 0..<nodes[object].count {
            if bytes(at: key, equal: name) { return key + 1 }
            key = Int(nodes[key + 1].end)
        }
        return nil
    }

    /// The value of a member whose name the program knows.
    package func member(_ name: StaticString, of object: Int) -> Int? {
        unsafe member(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount).span, of: object)
    }

    /// The indices of the elements of an array, or of the names of an object's members (each value is at the next index).
    /// Empty for other kinds.
    package func elements(of container: Int) -> Elements {
        Elements(nodes: nodes, container: container)
    }

    /// The number as the nearest double; not a number for other kinds.
    package func number(at index: Int) -> Double {
        let node = nodes[index]
        guard node.kind == .number else { return .nan }
        // Up to 15 digits are exact in a double.
        if node.text.count <= 15 {
            let text = text.span
            var index = Int(node.text.offset)
            let end = index + Int(node.text.count)
            let isNegative = text[index] == UInt8(ascii: "-")
            if isNegative { index += 1 }
            var value: Int64 = 0
            while index < end {
                let digit = text[index] &- UInt8(ascii: "0")
                guard digit <= 9 else { return Self.double(self.text[node.text.range]) }
                value = value &* 10 &+ Int64(digit)
                index += 1
            }
            return isNegative ? -Double(value) : Double(value)
        }
        return Self.double(text[node.text.range])
    }

    /// The text of a string, a name, or a number as written; empty for other kinds.
    package func string(at index: Int) -> String {
        String(decoding: text[nodes[index].text.range], as: UTF8.self)
    }

    /// The text of a string, or those of an array's strings; empty for other kinds.
    package func strings(at index: Int) -> [String] {
        switch nodes[index].kind {
        case .string: return [string(at: index)]
        case .array:
            var texts: [String] = []
            for element in elements(of: index) where nodes[element].kind == .string {
                texts.append(string(at: element))
            }
            return texts
        case .object, .number, .boolTrue, .boolFalse, .null: return []
        }
    }

    /// Whether the node is a string (or name) of these bytes.
    package func string(at index: Int, equals other: StaticString) -> Bool {
        unsafe string(
            at: index, equals: UnsafeBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount).span)
    }

    /// Whether the node is a string (or name) of these bytes.
    package func string(at index: Int, equals other: Span<UInt8>) -> Bool {
        nodes[index].kind == .string && bytes(at: index, equal: other)
    }

    private func bytes(at index: Int, equal other: Span<UInt8>) -> Bool {
        let slice = nodes[index].text
        guard Int(slice.count) == other.count else { return false }
        let offset = Int(slice.offset)
        for index in other.indices where text[offset + index] != other[index] { return false }
        return true
    }

    static func double(_ literal: ArraySlice<UInt8>) -> Double {
        Double(String(decoding: literal, as: UTF8.self)) ?? .nan
    }
}

extension JSONTape {
    /// Walks over the direct children of a container.
    package struct Elements: Sequence, IteratorProtocol, Sendable {
        private let nodes: [Node]
        private let isObject: Bool
        private var index: Int
        private var remaining: UInt32

        init(nodes: [Node], container: Int) {
            self.nodes = nodes
            isObject = nodes[container].kind == .object
            index = container + 1
            remaining = nodes[container].count
        }

        package mutating func next() -> Int? {
            guard remaining > 0 else { return nil }
            remaining -= 1
            let current = index
            index = Int(nodes[isObject ? current + 1 : current].end)
            return current
        }
    }
}
