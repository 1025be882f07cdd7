import AuthzCore

/// One question of the Authorization API 1.0 (AuthZEN §5): may this subject do this to that resource?
struct AccessEvaluation: Sendable {
    /// A subject or a resource.
    struct Entity: Sendable {
        var type: String
        var id: String
        /// Members of an object.
        var properties: [JSONValue.Member]
    }

    struct Action: Sendable {
        var name: String
        var properties: [JSONValue.Member]
    }

    /// Why there is no question.
    enum Problem: Error, Hashable {
        case missing(String)
        /// A member that is not of its type.
        case wrongType(String, expected: String)
        case empty(String)
        case unknownSemantic(String)
        case tooMany(limit: Int)
        /// The evaluations of a batch together, each with what they share.
        case asksTooMuch(limit: JSONExtent)
        /// More headers, or longer ones, than a request may have.
        case tooLarge

        var message: String {
            switch self {
            case .missing(let name): "`\(name)` is missing"
            case .wrongType(let name, let expected): "`\(name)` is not \(expected)"
            case .empty(let name): "`\(name)` is empty"
            case .unknownSemantic(let text):
                "`\(text)` is no evaluations_semantic: expected execute_all, deny_on_first_deny or permit_on_first_permit"
            case .tooMany(let limit): "there are more than \(limit) evaluations"
            case .asksTooMuch(let limit):
                "the evaluations, each with what they share, are more than \(limit.byteCount) bytes or \(limit.memberCount) members"
            case .tooLarge: "the evaluation is more than the 98 headers and 60 KiB that are read"
            }
        }
    }

    var subject: Entity
    var action: Action
    var resource: Entity
    var context: [JSONValue.Member]

    /// Reads an evaluation. Members that are not known are left out.
    ///
    /// - Parameter defaults: Holds the members that the evaluation itself has not.
    init(_ json: JSONValue, defaults: JSONValue? = nil) throws(Problem) {
        guard json.isObject else { throw .wrongType("evaluation", expected: "an object") }
        let member = { (name: String) in json[name] ?? defaults?[name] }
        subject = try Self.entity("subject", member("subject"))
        guard let action = member("action") else { throw .missing("action") }
        guard action.isObject else { throw .wrongType("action", expected: "an object") }
        self.action = Action(
            name: try Self.text("action.name", action["name"]),
            properties: try Self.object("action.properties", action["properties"]))
        resource = try Self.entity("resource", member("resource"))
        context = try Self.object("context", member("context"))
    }

    private static func entity(_ name: String, _ json: JSONValue?) throws(Problem) -> Entity {
        guard let json else { throw .missing(name) }
        guard json.isObject else { throw .wrongType(name, expected: "an object") }
        return Entity(
            type: try text("\(name).type", json["type"]), id: try text("\(name).id", json["id"]),
            properties: try object("\(name).properties", json["properties"]))
    }

    private static func text(_ name: String, _ json: JSONValue?) throws(Problem) -> String {
        guard let json else { throw .missing(name) }
        guard let text = json.string else { throw .wrongType(name, expected: "a string") }
        guard !text.isEmpty else { throw .empty(name) }
        return text
    }

    /// The members of an optional object.
    private static func object(_ name: String, _ json: JSONValue?) throws(Problem) -> [JSONValue.Member] {
        switch json {
        case nil: return []
        case .object(let members): return members
        case .array, .string, .number, .bool, .null: throw .wrongType(name, expected: "an object")
        }
    }
}
