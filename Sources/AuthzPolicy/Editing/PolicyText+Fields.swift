extension PolicyText {
    /// The text without a field of a mapping; `nil` where it is the only one.
    package func removing(_ key: String, from mapping: DocumentNode) -> PolicyText? {
        guard case .mapping(let entries, let location) = mapping, entries.count > 1,
            let index = entries.firstIndex(where: { $0.key.text == key }), let start = content(at: location),
            let place = offset(of: entries[index].key.location), let end = end(of: entries[index])
        else { return nil }
        if bytes[start] == UInt8(ascii: "{") {
            if index + 1 < entries.count {
                guard let next = offset(of: entries[index + 1].key.location) else { return nil }
                return replacing(place..<next, with: "")
            }
            guard let last = self.end(of: entries[index - 1]) else { return nil }
            return replacing(last..<end, with: "")
        }
        let line = lineStart(place)
        guard bytes[line..<place].allSatisfy(Self.isBlank) else { return nil }
        let last = bytes[end...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count - 1
        return replacing(line..<last + 1, with: "")
    }

    /// The text with two scalars, the first of them in front, in the place of each other.
    package func exchanging(_ first: DocumentNode.Scalar, _ second: DocumentNode.Scalar) -> PolicyText? {
        guard let start = content(at: first.location), let end = end(of: .scalar(first)),
            let otherStart = content(at: second.location), let otherEnd = self.end(of: .scalar(second)),
            end <= otherStart
        else { return nil }
        let text = bytes[otherStart..<otherEnd] + bytes[end..<otherStart] + bytes[start..<end]
        return replacing(start..<otherEnd, with: String(decoding: text, as: UTF8.self))
    }
}
