import AuthzCore

/// How much there is of a JSON value.
struct JSONExtent: Hashable {
    /// About how long its text is.
    var byteCount = 0
    /// Members of objects and elements of arrays, at any depth.
    var memberCount = 0

    init(byteCount: Int = 0, memberCount: Int = 0) {
        self.byteCount = byteCount
        self.memberCount = memberCount
    }

    /// Recursive; the depth of values is bounded by ``JSONValue/maximumDepth``.
    init(of value: JSONValue) {
        switch value {
        case .object(let members):
            byteCount = 2
            memberCount = members.count
            for member in members {
                byteCount += member.name.utf8.count + 4
                add(JSONExtent(of: member.value))
            }
        case .array(let elements):
            byteCount = 2 + elements.count
            memberCount = elements.count
            for element in elements { add(JSONExtent(of: element)) }
        case .string(let text): byteCount = text.utf8.count + 2
        case .number, .bool, .null: byteCount = 5
        }
    }

    mutating func add(_ other: JSONExtent) {
        byteCount += other.byteCount
        memberCount += other.memberCount
    }

    func isWithin(_ limit: JSONExtent) -> Bool {
        byteCount <= limit.byteCount && memberCount <= limit.memberCount
    }
}
