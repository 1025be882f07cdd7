import AuthzCore
import AuthzEngine
import AuthzPolicy

/// What a question of AuthZEN is in the terms of policies:
///
///     action.name                 the method
///     resource.type, resource.id  the path `/type/id`
///     subject                     a verified token: `sub` is the ID, `type` the type, its properties are claims
///     *.properties.x, context.x   the headers x-resource-x, x-action-x and x-context-x
extension AccessEvaluation {
    /// More headers than these, the engine refuses; the last one may be that of the token.
    private static let maximumHeaders = 99

    /// - Parameter workload: Whose JWT rules say which issuer stands for subjects that name none.
    func document(for workload: Workload?, in policySet: PolicySet) throws(Problem) -> RequestDocument {
        let place = SourceLocation(file: "evaluation", line: 1, column: 1)
        var document = RequestDocument(location: place)
        var request = RequestDocument.HTTPRequest()
        request.method = action.name
        request.path = "/\(Self.segment(resource.type))/\(Self.segment(resource.id))"
        request.headers = try headers
        document.request = request
        let rule = workload.flatMap(policySet.soleTokenIssuer)
        document.token = .claims(json: claims(rule), hasValidSignature: true, location: place)
        return document
    }

    /// What stands beside method and path. A member whose name no header can have is left out: no policy can ask for it.
    private var headers: [(name: String, value: String)] {
        get throws(Problem) {
            var headers: [(name: String, value: String)] = []
            for (group, members) in [
                ("resource", resource.properties), ("action", action.properties), ("context", context),
            ] {
                for member in members where HeaderName.isValid(member.name) {
                    let room = Self.maximumHeaders - headers.count
                    guard member.value.elements?.count ?? 1 <= room else { throw .tooLarge }
                    headers += Self.lines(of: member.value).map { ("x-\(group)-\(member.name)", $0) }
                }
            }
            return headers
        }
    }

    /// The claims of the token that the subject stands for.
    private func claims(_ rule: (issuer: String, audience: String?)?) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.member("sub", subject.id)
        json.member("type", subject.type)
        let properties = subject.properties.filter { !["sub", "type"].contains($0.name) }
        if !properties.contains(where: { $0.name == "iss" }), let rule { json.member("iss", rule.issuer) }
        if !properties.contains(where: { $0.name == "aud" }), let audience = rule?.audience {
            json.member("aud", audience)
        }
        for property in properties {
            json.name(property.name)
            // Policies compare text, so that a number or a truth value is one; but times stay numbers.
            if !["exp", "nbf", "iat"].contains(property.name), let text = Self.scalar(property.value) {
                json.string(text)
            } else {
                json.value(property.value)
            }
        }
        json.endObject()
        return json.text
    }

    /// The lines of a header: a list is several.
    private static func lines(of value: JSONValue) -> [String] {
        switch value {
        case .null: []
        case .array(let elements): elements.map(line)
        case .object, .string, .number, .bool: [line(value)]
        }
    }

    /// The text of a value, or JSON where that is none, or where it is more than one line can hold: so nothing is left out, and
    /// no other text looks like it.
    private static func line(_ value: JSONValue) -> String {
        guard let text = scalar(value), text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
            return jsonText(of: value)
        }
        return text
    }

    private static func scalar(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .number, .bool: jsonText(of: value)
        case .object, .array, .null: nil
        }
    }

    private static func jsonText(of value: JSONValue) -> String {
        var json = JSONWriter()
        json.value(value)
        return json.text
    }

    /// A path segment: what is not unreserved (RFC 3986 §2.3) is escaped, so that no two resources have one path.
    private static func segment(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONWriter {
    /// Recursive; the depth of values is bounded by ``JSONValue/maximumDepth``.
    fileprivate mutating func value(_ value: JSONValue) {
        switch value {
        case .object(let members):
            beginObject()
            for member in members {
                name(member.name)
                self.value(member.value)
            }
            endObject()
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .string(let text): string(text)
        case .number(let number): self.number(number)
        case .bool(let isTrue): bool(isTrue)
        case .null: null()
        }
    }
}
