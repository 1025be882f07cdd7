extension JSONTape {
    /// Stands for no container in ``Node/end`` while a text is read.
    private static let none = UInt32.max

    /// Reads one JSON text (RFC 8259), blanks around it allowed, and forgets the one before.
    ///
    /// Stricter than the RFC asks: no duplicate members at any depth (compared byte for byte after unescaping), no lone
    /// surrogates, no invalid UTF-8, no number beyond the doubles. Laxer nowhere; `\u0000` and `-0.0` are fine. Recursion is
    /// not used. After an error the tape is empty.
    ///
    /// - Parameter maximumDepth: How many objects and arrays may be open at once.
    /// - Complexity: O(*n* log *n*) in the bytes, O(*n*) where no object has more than 32 members.
    package mutating func scan(_ bytes: Span<UInt8>, maximumDepth: Int = 100) throws(JSONError) {
        removeAll()
        guard bytes.count <= Self.maximumBytes else { throw .tooLong(count: bytes.count) }
        unsafe bytes.withUnsafeBufferPointer { unsafe text.append(contentsOf: $0) }
        do throws(JSONError) {
            try scanDocument(bytes, maximumDepth: maximumDepth)
        } catch {
            removeAll()
            throw error
        }
    }

    private mutating func scanDocument(_ bytes: Span<UInt8>, maximumDepth: Int) throws(JSONError) {
        var index = 0
        var depth = 0
        var parent = Self.none
        skipBlanks(bytes, at: &index)
        repeat {
            let node = nodes.count
            if try beginValue(bytes, at: &index, parent: parent) {
                guard depth < maximumDepth else { throw .tooDeep(offset: index) }
                depth += 1
                index += 1
                parent = UInt32(node)
                skipBlanks(bytes, at: &index)
                if try !endContainer(bytes, at: &index, parent: &parent, depth: &depth) {
                    try beginElement(bytes, at: &index, parent: parent)
                    continue
                }
            }
            // A value is complete. Close what ends behind it; a comma announces the next one.
            while parent != Self.none {
                skipBlanks(bytes, at: &index)
                if try endContainer(bytes, at: &index, parent: &parent, depth: &depth) { continue }
                guard bytes[index] == UInt8(ascii: ",") else { throw .unexpectedByte(offset: index) }
                index += 1
                skipBlanks(bytes, at: &index)
                try beginElement(bytes, at: &index, parent: parent)
                break
            }
        } while parent != Self.none
        skipBlanks(bytes, at: &index)
        guard index == bytes.count else { throw .trailingBytes(offset: index) }
    }

    /// Appends the node of the value at `index`.
    ///
    /// - Returns: Whether it is a container, and then `index` stays at its bracket.
    @inline(__always)
    private mutating func beginValue(
        _ bytes: Span<UInt8>, at index: inout Int, parent: UInt32
    ) throws(JSONError) -> Bool {
        guard index < bytes.count else { throw .unexpectedEnd(offset: index) }
        switch bytes[index] {
        case UInt8(ascii: "{"):
            nodes.append(Node(kind: .object, isKey: false, text: .empty, end: parent))
            return true
        case UInt8(ascii: "["):
            nodes.append(Node(kind: .array, isKey: false, text: .empty, end: parent))
            return true
        case UInt8(ascii: "\""):
            appendLeaf(.string, try scanString(bytes, at: &index))
        case UInt8(ascii: "t"):
            try scanWord("true", bytes, at: &index)
            appendLeaf(.boolTrue)
        case UInt8(ascii: "f"):
            try scanWord("false", bytes, at: &index)
            appendLeaf(.boolFalse)
        case UInt8(ascii: "n"):
            try scanWord("null", bytes, at: &index)
            appendLeaf(.null)
        default:
            appendLeaf(.number, try scanNumber(bytes, at: &index))
        }
        return false
    }

    @inline(__always)
    private mutating func appendLeaf(_ kind: Kind, isKey: Bool = false, _ text: ByteSlice = .empty) {
        nodes.append(Node(kind: kind, isKey: isKey, text: text, end: UInt32(nodes.count + 1)))
    }

    /// Counts the next child of a container and, in an object, reads its name and the colon.
    @inline(__always)
    private mutating func beginElement(
        _ bytes: Span<UInt8>, at index: inout Int, parent: UInt32
    ) throws(JSONError) {
        nodes[Int(parent)].count += 1
        guard nodes[Int(parent)].kind == .object else { return }
        guard index < bytes.count else { throw .unexpectedEnd(offset: index) }
        guard bytes[index] == UInt8(ascii: "\"") else { throw .unexpectedByte(offset: index) }
        appendLeaf(.string, isKey: true, try scanString(bytes, at: &index))
        skipBlanks(bytes, at: &index)
        guard index < bytes.count else { throw .unexpectedEnd(offset: index) }
        guard bytes[index] == UInt8(ascii: ":") else { throw .unexpectedByte(offset: index) }
        index += 1
        skipBlanks(bytes, at: &index)
    }

    /// Closes the innermost container if its bracket stands at `index`.
    private mutating func endContainer(
        _ bytes: Span<UInt8>, at index: inout Int, parent: inout UInt32, depth: inout Int
    ) throws(JSONError) -> Bool {
        guard index < bytes.count else { throw .unexpectedEnd(offset: index) }
        let container = Int(parent)
        let isObject = nodes[container].kind == .object
        guard bytes[index] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return false }
        parent = nodes[container].end
        nodes[container].end = UInt32(nodes.count)
        if isObject, hasDuplicateMember(container) { throw .duplicateMember(offset: index) }
        depth -= 1
        index += 1
        return true
    }

    @inline(__always)
    private func skipBlanks(_ bytes: Span<UInt8>, at index: inout Int) {
        while index < bytes.count, bytes[index] <= UInt8(ascii: " ") {
            switch bytes[index] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): index += 1
            default: return
            }
        }
    }

    private func scanWord(_ word: StaticString, _ bytes: Span<UInt8>, at index: inout Int) throws(JSONError) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard index < bytes.count else { throw .unexpectedEnd(offset: index) }
            guard word.withUTF8Buffer({ unsafe $0[offset] }) == bytes[index] else {
                throw .unexpectedByte(offset: index)
            }
            index += 1
        }
    }
}

// MARK: - Duplicate members

extension JSONTape {
    /// Above this many members the names are sorted; below, comparing each with each is quicker.
    private static let linearMembers = 32

    private mutating func hasDuplicateMember(_ object: Int) -> Bool {
        let count = Int(nodes[object].count)
        guard count > 1 else { return false }
        if count <= Self.linearMembers { return hasDuplicate(amongFirst: count, of: object) }
        keys.removeAll(keepingCapacity: true)
        var key = object + 1
        for _ in 0..<count {
            keys.append(UInt32(key))
            key = Int(nodes[key + 1].end)
        }
        // A sort, not a hash table: its bound holds for names that were chosen to collide.
        var keys = keys
        self.keys = []
        keys.sort { namesCompare($0, $1) < 0 }
        self.keys = keys
        for index in 1..<count where namesCompare(keys[index - 1], keys[index]) == 0 { return true }
        return false
    }

    /// Compares each name with those before it, if one of them may be the same by its length and its first and last byte: most
    /// are compared with none.
    private func hasDuplicate(amongFirst count: Int, of object: Int) -> Bool {
        let nodes = nodes.span
        let text = text.span
        var seen: (lengths: UInt64, ends: UInt64) = (0, 0)
        var key = object + 1
        for _ in 0..<count {
            let name = nodes[key].text
            let first = name.isEmpty ? 0 : UInt64(text[Int(name.offset)])
            let last = name.isEmpty ? 0 : UInt64(text[Int(name.offset &+ name.count) - 1])
            let length: UInt64 = 1 << ((UInt64(name.count) &* 7 ^ last) & 63)
            let ends: UInt64 = 1 << ((first &* 5 &+ last) & 63)
            if seen.lengths & length != 0, seen.ends & ends != 0 {
                var earlier = object + 1
                while earlier < key {
                    if namesCompare(UInt32(earlier), UInt32(key)) == 0 { return true }
                    earlier = Int(nodes[earlier + 1].end)
                }
            }
            seen.lengths |= length
            seen.ends |= ends
            key = Int(nodes[key + 1].end)
        }
        return false
    }

    /// Orders names by length, then by bytes.
    private func namesCompare(_ left: UInt32, _ right: UInt32) -> Int {
        let left = nodes[Int(left)].text
        let right = nodes[Int(right)].text
        guard left.count == right.count else { return left.count < right.count ? -1 : 1 }
        for index in 0..<Int(left.count) {
            let difference = Int(text[Int(left.offset) + index]) - Int(text[Int(right.offset) + index])
            if difference != 0 { return difference }
        }
        return 0
    }
}
