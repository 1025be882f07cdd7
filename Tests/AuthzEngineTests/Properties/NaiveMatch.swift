import Foundation

/// The forms of policy values, each written the plainest way: as the regular expression or the comparison that Istio's
/// control plane makes of it. Slow, and shares nothing with the engine.
struct NaiveMatch {
    private var expressions: [String: NSRegularExpression] = [:]

    private static func quoted(_ text: some StringProtocol) -> String {
        NSRegularExpression.escapedPattern(for: String(text))
    }

    /// A full match, where `.` is all but a line feed.
    private mutating func isMatch(_ pattern: String, _ text: String) -> Bool {
        do {
            let expression = try expressions[pattern] ?? NSRegularExpression(pattern: "\\A(?:\(pattern))\\z")
            expressions[pattern] = expression
            return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
        } catch {
            preconditionFailure("the pattern is no expression: \(pattern)")
        }
    }

    /// Exact, prefix, suffix or presence.
    mutating func string(_ value: String, _ text: String, anything: String = ".+") -> Bool {
        if value == "*" { return isMatch(anything, text) }
        if value.hasPrefix("*") { return text.hasSuffix(value.dropFirst()) }
        if value.hasSuffix("*") { return text.hasPrefix(value.dropLast()) }
        return text == value
    }

    mutating func header(_ value: String, _ text: String) -> Bool { string(value, text, anything: ".*") }

    mutating func host(_ value: String, _ text: String) -> Bool { header(value.lowercased(), text.lowercased()) }

    mutating func path(_ value: String, _ text: String) -> Bool {
        guard value.contains("{*}") || value.contains("{**}") else { return string(value, text) }
        let set = "A-Za-z0-9._~%!$&'()+,;:@=*-"
        let pattern = value.components(separatedBy: "{**}").map { part in
            part.components(separatedBy: "{*}").map(Self.quoted).joined(separator: "[\(set)]+")
        }.joined(separator: "[\(set)/]*")
        return isMatch(pattern, text)
    }

    mutating func principal(_ value: String, _ identity: String) -> Bool {
        if value == "*" { return isMatch(".+", identity) }
        if value.hasPrefix("*") { return isMatch("spiffe://.*" + Self.quoted(value.dropFirst()), identity) }
        if value.hasSuffix("*") { return identity.hasPrefix("spiffe://" + value.dropLast()) }
        return identity == "spiffe://" + value
    }

    mutating func namespace(_ value: String, _ identity: String) -> Bool {
        isMatch(
            ".*/ns/" + value.components(separatedBy: "*").map(Self.quoted).joined(separator: ".*") + "/.*", identity)
    }

    mutating func serviceAccount(_ value: String, policyNamespace: String, _ identity: String) -> Bool {
        let parts = value.components(separatedBy: "/")
        let namespace = Self.quoted(parts.count == 2 ? parts[0] : policyNamespace)
        return isMatch("spiffe://.+/ns/\(namespace)/(.+/|)sa/\(Self.quoted(parts[parts.count - 1]))(/.+)?", identity)
    }

    mutating func trustDomain(_ value: String, _ identity: String) -> Bool {
        if value == "*" { return identity.hasPrefix("spiffe://") }
        let pattern = value.components(separatedBy: "*").map(Self.quoted).joined(separator: "[^/]*")
        return isMatch("spiffe://\(pattern)/[\\s\\S]*", identity)
    }

    mutating func requestPrincipal(_ value: String, issuer: String, subject: String) -> Bool {
        if value == "*" { return !issuer.isEmpty && !subject.isEmpty }
        guard let slash = value.lastIndex(of: "/") else {
            if value.hasPrefix("*") { return !issuer.isEmpty && subject.hasSuffix(value.dropFirst()) }
            if value.hasSuffix("*") { return issuer.hasPrefix(value.dropLast()) && !subject.isEmpty }
            return issuer == value && subject.isEmpty
        }
        let parts = (String(value[..<slash]), String(value[value.index(after: slash)...]))
        if value.hasPrefix("*") {
            let fits = parts.0 == "*" ? !issuer.isEmpty : issuer.hasSuffix(parts.0.dropFirst())
            return fits && subject == parts.1
        }
        if value.hasSuffix("*") {
            return issuer == parts.0 && (parts.1 == "*" ? !subject.isEmpty : subject.hasPrefix(parts.1.dropLast()))
        }
        return issuer == parts.0 && subject == parts.1
    }

    /// Whether a dotted IPv4 address lies in a block; `false` for IPv6.
    func block(_ value: String, _ address: String) -> Bool {
        let parts = value.components(separatedBy: "/")
        guard let network = Self.bits(parts[0]), let bits = Self.bits(address) else { return false }
        let length = parts.count > 1 ? Int(parts[1]) ?? 32 : 32
        return network.prefix(length) == bits.prefix(length)
    }

    private static func bits(_ address: String) -> String? {
        let octets = address.split(separator: ".").compactMap { UInt8($0) }
        guard octets.count == 4 else { return nil }
        return octets.map { octet in
            let digits = String(octet, radix: 2)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }
}
