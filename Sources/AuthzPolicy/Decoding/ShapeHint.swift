import AuthzCore

/// How a value is written that is a mapping or a list of mappings, for whoever wrote something else in its place.
enum ShapeHint {
    private static let lists = [
        "rules": "rules: [{from: […], to: […]}]", "from": "from: [{source: {…}}]", "to": "to: [{operation: {…}}]",
        "when": "when: [{key: …, values: […]}]", "targetRefs": "targetRefs: [{group: …, kind: …, name: …}]",
        "jwtRules": "jwtRules: [{issuer: …, jwksUri: …}]", "fromHeaders": "fromHeaders: [{name: …, prefix: …}]",
        "outputClaimToHeaders": "outputClaimToHeaders: [{header: …, claim: …}]",
        "tests": "tests: [{name: …, expect: …}]",
    ]

    /// `nil` for what is no list of mappings.
    static func hint(forList field: String) -> String? {
        lists[field].map { "write `\($0)`, or each entry on lines of its own behind `- `" }
    }

    static func isList(_ field: String) -> Bool { lists[field] != nil }

    /// For a value that stands where a mapping should.
    ///
    /// - Parameter name: What the mapping is called.
    static func hint(for node: DocumentNode, as name: String, ofPolicies isPolicy: Bool) -> String? {
        guard case .scalar(let scalar) = node else {
            if case .sequence(let items, _) = node { return hint(forItems: items, in: name) }
            return nil
        }
        let text = scalar.text
        if let colon = text.firstIndex(of: ":"), colon > text.startIndex, !text.contains("//"),
            text[..<colon].allSatisfy({ $0.isASCII && $0.isLetter })
        {
            let rest = text[text.index(after: colon)...]
            if let first = rest.first, first != " " {
                return "write \("\(text[..<colon]): \(rest)".quoted), with a blank behind the colon"
            }
        }
        if let list = hint(forList: name) { return list }
        if name == "selector" { return pair(in: text).map { "write `selector: {matchLabels: {\($0)}}`" } }
        if name == "provider" { return "write \("provider: {name: \(text)}".quoted)" }
        if let mode = PeerAuthentication.Mode(rawValue: text) { return "write `{mode: \(mode.rawValue)}`" }
        return isPolicy ? nil : hint(forPart: name, text)
    }

    private static func hint(forItems items: [DocumentNode], in name: String) -> String {
        if name == "suite" { return "write `tests:` above the cases, and indent them below it" }
        if name == "expect", items.count == 1, case .scalar(let scalar) = items[0] {
            return "write \("expect: \(scalar.text)".quoted)"
        }
        return "write its fields without `- ` or `[ ]`"
    }

    /// For a value that stands where a mapping of text to text should.
    static func hint(forMap field: String, _ node: DocumentNode) -> String? {
        switch node {
        case .sequence: "write its entries without `- ` or `[ ]`"
        case .scalar(let scalar): pair(in: scalar.text).map { "write `\(field): {\($0)}`" }
        case .mapping: nil
        }
    }

    /// `app: cart` of `app=cart`, as labels are selected on a command line.
    private static func pair(in text: String) -> String? {
        text.wholeMatch(of: /([-A-Za-z0-9.\/_]+)=([-A-Za-z0-9._]+)/).map { "\($0.1): \($0.2)" }
    }

    /// A part of a request that is written as one text.
    static func hint(forPart name: String, _ text: String) -> String? {
        switch name {
        case "source":
            let field = IPAddress(parsing: text.utf8Span.span) == nil ? "principal" : "ip"
            return "write \("{\(field): \(text)}".quoted)"
        case "destination": return text.contains("/") ? "write \("{workload: \(text)}".quoted)" : nil
        case "request":
            let words = text.split(separator: " ")
            guard words.count > 1, words[1].hasPrefix("/") else { return "write `{method: GET, path: /}`" }
            return "write \("{method: \(words[0]), path: \(words[1])}".quoted)"
        default: return nil
        }
    }
}
