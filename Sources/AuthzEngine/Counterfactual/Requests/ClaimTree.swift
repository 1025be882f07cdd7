import AuthzCore

/// Claims that can be changed one by one; numbers stay as they were written.
indirect enum ClaimTree: Sendable {
    case object([(name: String, value: ClaimTree)])
    /// Anything else, as JSON text.
    case other(String)

    /// Reads the claims of a token; an empty object where the text is none.
    init(json: String) {
        var tape = JSONTape()
        do throws(JSONError) {
            try tape.scan(Array(json.utf8).span)
            self.init(tape, at: tape.root)
        } catch {
            self = .object([])
        }
    }

    private init(_ tape: JSONTape, at node: Int) {
        guard tape.kind(at: node) == .object else {
            var writer = JSONWriter()
            writer.value(tape, at: node)
            self = .other(writer.text)
            return
        }
        self = .object(tape.elements(of: node).map { (tape.string(at: $0), ClaimTree(tape, at: $0 + 1)) })
    }

    subscript(path: [String]) -> ClaimTree? {
        guard let name = path.first else { return self }
        guard case .object(let members) = self, let member = members.first(where: { $0.name == name }) else {
            return nil
        }
        return member.value[Array(path.dropFirst())]
    }

    /// The claim at a path as JSON; `nil` where there is none.
    func json(at path: [String]) -> String? { self[path]?.json }

    /// Puts JSON at a path, or takes away what stands there.
    mutating func set(_ json: String?, at path: [String]) {
        guard let name = path.first else {
            self = ClaimTree(json: json ?? "{}")
            return
        }
        var members: [(name: String, value: ClaimTree)] = if case .object(let members) = self { members } else { [] }
        let index = members.firstIndex { $0.name == name }
        let rest = Array(path.dropFirst())
        if rest.isEmpty {
            let value = json.map { $0.hasPrefix("{") ? ClaimTree(json: $0) : .other($0) }
            switch (index, value) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((name, value))
            case (nil, nil): break
            }
        } else if let index {
            members[index].value.set(json, at: rest)
        } else if json != nil {
            var value = ClaimTree.object([])
            value.set(json, at: rest)
            members.append((name, value))
        }
        self = .object(members)
    }

    var json: String {
        switch self {
        case .other(let text): text
        case .object(let members):
            "{" + members.map { "\(Self.quoted($0.name)):\($0.value.json)" }.joined(separator: ",") + "}"
        }
    }

    /// The names of the outermost claims.
    var names: [String] { if case .object(let members) = self { members.map(\.name) } else { [] } }

    /// The strings of a claim that is one, or a list of them.
    func strings(at path: [String]) -> [String] {
        guard let json = json(at: path) else { return [] }
        guard let value = JSONValue(parsing: Array(json.utf8).span) else { return [] }
        return value.string.map { [$0] } ?? (value.elements ?? []).compactMap(\.string)
    }

    func isList(at path: [String]) -> Bool { json(at: path)?.hasPrefix("[") ?? false }

    static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return writer.text
    }

    static func list(_ texts: [String]) -> String { "[" + texts.map(quoted).joined(separator: ",") + "]" }
}
