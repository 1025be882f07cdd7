package import AuthzCore

/// The text of a policy file that is changed in place: values, fields and rules go in and out, all else stays as it was written.
///
/// Places are found by what the parser says, ends by reading on from there. What comes out has to be loaded again: nothing here
/// knows whether it is the policy that was meant.
package struct PolicyText: Sendable {
    package private(set) var bytes: [UInt8]
    package let file: String
    private(set) var documents: [DocumentNode]

    /// `nil` where the text is no YAML.
    package init?(_ bytes: [UInt8], file: String) {
        let (documents, diagnostics) = DocumentParser.parse(bytes, file: file)
        guard !diagnostics.contains(where: { $0.severity == .error }) else { return nil }
        self.bytes = bytes
        self.file = file
        self.documents = documents
    }

    /// Whether the file is written as JSON.
    package var isJSON: Bool {
        file.lowercased().hasSuffix(".json")
            || bytes.first { !Self.isBlank($0) && $0 != UInt8(ascii: "\n") } == UInt8(ascii: "{")
    }

    /// The resource whose `kind` stands at a place, also among the items of a List.
    package func resource(at location: SourceLocation) -> DocumentNode? {
        let all = documents.flatMap { document in [document] + (document["items"]?.items ?? []) }
        return all.first { node in
            guard case .mapping(let entries, _) = node else { return false }
            return entries.contains { $0.key.text == "kind" && $0.key.location == location }
        }
    }

    /// Replaces bytes.
    ///
    /// - Returns: `nil` where what comes out is no YAML.
    package func replacing(_ range: Range<Int>, with text: String) -> PolicyText? {
        var changed = bytes
        changed.replaceSubrange(range, with: text.utf8)
        return PolicyText(changed, file: file)
    }

    /// The text with one more document behind the last.
    package func appending(document: String) -> PolicyText? {
        let separator = bytes.isEmpty || bytes.last == UInt8(ascii: "\n") ? "" : "\n"
        let text = separator + "---\n" + document
        return replacing(bytes.count..<bytes.count, with: text.replacing("\n", with: newline))
    }

    /// What ends the lines of the file.
    private var newline: String {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end > 0 else { return "\n" }
        return bytes[end - 1] == UInt8(ascii: "\r") ? "\r\n" : "\n"
    }
}

// MARK: Lists

extension PolicyText {
    /// The text with one more element at the end of a list.
    ///
    /// - Parameters:
    ///   - flow: The element in one line.
    ///   - block: Its lines where the list has one element a line, the first without the `- `.
    package func appending(_ flow: String, block: [String]? = nil, to list: DocumentNode) -> PolicyText? {
        guard case .sequence(let items, let location) = list, let start = content(at: location) else { return nil }
        if bytes[start] == UInt8(ascii: "[") {
            guard let last = items.last else { return replacing(start + 1..<start + 1, with: flow) }
            guard let end = end(of: last) else { return nil }
            return replacing(end..<end, with: ", " + flow)
        }
        guard let last = items.last, let first = offset(of: last.location), let dash = dash(before: first),
            let end = end(of: last)
        else { return nil }
        let margin = String(repeating: " ", count: dash - lineStart(dash))
        let lines = block ?? [flow]
        let text = lines.enumerated().map { newline + margin + ($0 == 0 ? "- " : "  ") + $1 }.joined()
        let place = lineEnd(end)
        return replacing(place..<place, with: text)
    }

    /// The text without an element of a list; `nil` where it is the only one.
    package func removing(_ index: Int, from list: DocumentNode) -> PolicyText? {
        guard case .sequence(let items, let location) = list, items.count > 1, let start = content(at: location),
            let place = offset(of: items[index].location), let end = end(of: items[index])
        else { return nil }
        if bytes[start] == UInt8(ascii: "[") {
            if index + 1 < items.count {
                guard let next = offset(of: items[index + 1].location) else { return nil }
                return replacing(place..<next, with: "")
            }
            guard let last = self.end(of: items[index - 1]) else { return nil }
            return replacing(last..<end, with: "")
        }
        guard let dash = dash(before: place) else { return nil }
        let line = lineStart(dash)
        guard bytes[line..<dash].allSatisfy(Self.isBlank) else { return nil }
        let last = bytes[end...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count - 1
        return replacing(line..<last + 1, with: "")
    }
}

// MARK: Mappings

extension PolicyText {
    /// The text with one more field at the end of a mapping.
    ///
    /// - Parameters:
    ///   - flow: Its value in one line.
    ///   - block: The lines of its value below the key; `nil` for one line.
    package func adding(_ key: String, _ flow: String, block: [String]? = nil, to mapping: DocumentNode) -> PolicyText?
    {
        guard case .mapping(let entries, let location) = mapping, let start = content(at: location) else { return nil }
        if bytes[start] == UInt8(ascii: "{") {
            let first = entries.first.flatMap { offset(of: $0.key.location) }
            let isQuoted = first.map { bytes[$0] == UInt8(ascii: "\"") } ?? isJSON
            let field = (isQuoted ? "\"\(key)\"" : key) + ": " + flow
            guard let last = entries.last else { return replacing(start + 1..<start + 1, with: field) }
            guard let end = end(of: last) else { return nil }
            return replacing(end..<end, with: ", " + field)
        }
        guard let last = entries.last, let first = entries.first.flatMap({ offset(of: $0.key.location) }),
            let end = end(of: last)
        else { return nil }
        let margin = String(repeating: " ", count: column(first))
        let lines = block.map { ["\(key):"] + $0 } ?? ["\(key): \(flow)"]
        let place = lineEnd(end)
        return replacing(place..<place, with: lines.map { newline + margin + $0 }.joined())
    }

    /// The text with another scalar in the place of one.
    package func replacing(_ scalar: DocumentNode, with text: String) -> PolicyText? {
        guard case .scalar = scalar, let start = content(at: scalar.location), let end = end(of: scalar) else {
            return nil
        }
        return replacing(start..<end, with: text)
    }
}

// MARK: Places

extension PolicyText {
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }

    /// The byte at a place; columns count characters.
    func offset(of location: SourceLocation) -> Int? {
        var line = 1
        var index = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        while line < location.line {
            guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            index = end + 1
            line += 1
        }
        var column = 1
        while column < location.column, index < bytes.count {
            index += 1
            while index < bytes.count, bytes[index] & 0xc0 == 0x80 { index += 1 }
            column += 1
        }
        return index < bytes.count ? index : nil
    }

    /// The byte at which what stands at a place begins, behind its anchor.
    func content(at location: SourceLocation) -> Int? {
        guard let start = offset(of: location), bytes[start] == UInt8(ascii: "&") else { return offset(of: location) }
        let isBreak = { (byte: UInt8) in Self.isBlank(byte) || byte == UInt8(ascii: "\n") }
        guard let end = bytes[start...].firstIndex(where: isBreak) else { return nil }
        return bytes[end...].firstIndex { !isBreak($0) }
    }

    func lineStart(_ index: Int) -> Int {
        (bytes[..<index].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    }

    /// The end of the line, its end not included.
    private func lineEnd(_ index: Int) -> Int {
        var end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        if end > index, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return end
    }

    private func column(_ index: Int) -> Int {
        String(decoding: bytes[lineStart(index)..<index], as: UTF8.self).count
    }

    /// The `-` of a list element that begins here.
    private func dash(before index: Int) -> Int? {
        var place = index - 1
        while place >= 0, Self.isBlank(bytes[place]) { place -= 1 }
        return place >= 0 && bytes[place] == UInt8(ascii: "-") ? place : nil
    }

    /// The place behind a field of a mapping.
    func end(of entry: DocumentNode.Entry) -> Int? {
        if !entry.value.isNull { return end(of: entry.value) }
        return offset(of: entry.key.location).map { start in
            bytes[start...].firstIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? start
        }
    }

    /// The place behind a value.
    func end(of node: DocumentNode) -> Int? {
        guard let start = content(at: node.location) else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "["), UInt8(ascii: "{"): return bracketEnd(start)
        default: break
        }
        switch node {
        case .scalar(let scalar): return scalarEnd(start, scalar)
        case .sequence(let items, _): return items.last.flatMap(end)
        case .mapping(let entries, _): return entries.last.flatMap(end)
        }
    }

    private func scalarEnd(_ start: Int, _ scalar: DocumentNode.Scalar) -> Int? {
        switch bytes[start] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return quoteEnd(start)
        case UInt8(ascii: "|"), UInt8(ascii: ">"):
            // A block of text: the lines that are deeper than the line of its key.
            let key = lineStart(start)
            let depth = bytes[key...].prefix { $0 == UInt8(ascii: " ") }.count
            var end = lineEnd(start)
            var next = end + 1
            while next < bytes.count {
                let line = bytes[next..<lineEnd(next)]
                let isEmpty = line.allSatisfy(Self.isBlank)
                guard isEmpty || line.prefix(while: { $0 == UInt8(ascii: " ") }).count > depth else { break }
                if !isEmpty { end = lineEnd(next) }
                next = lineEnd(next) + 1
            }
            return end
        default:
            // INVARIANT: a plain scalar of one line is written as it reads.
            let end = start + scalar.text.utf8.count
            return end <= bytes.count && bytes[start..<end].elementsEqual(scalar.text.utf8) ? end : nil
        }
    }

    private func quoteEnd(_ start: Int) -> Int? {
        let quote = bytes[start]
        var index = start + 1
        while index < bytes.count {
            if quote == UInt8(ascii: "\""), bytes[index] == UInt8(ascii: "\\") {
                index += 2
                continue
            }
            if bytes[index] == quote {
                let isDoubled = quote == UInt8(ascii: "'") && index + 1 < bytes.count && bytes[index + 1] == quote
                guard isDoubled else { return index + 1 }
                index += 1
            }
            index += 1
        }
        return nil
    }

    private func bracketEnd(_ start: Int) -> Int? {
        var depth = 0
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return index + 1 }
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                // A quote inside a plain word is a letter.
                let before = bytes[index - 1]
                if Self.isBlank(before) || before == UInt8(ascii: "\n") || "[{,:".utf8.contains(before) {
                    guard let end = quoteEnd(index) else { return nil }
                    index = end - 1
                }
            case UInt8(ascii: "#"):
                if Self.isBlank(bytes[index - 1]) || bytes[index - 1] == UInt8(ascii: "\n") { index = lineEnd(index) }
            default: break
            }
            index += 1
        }
        return nil
    }
}
