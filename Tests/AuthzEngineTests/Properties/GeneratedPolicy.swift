/// A policy as a property makes it.
struct GeneratedPolicy: Sendable {
    /// A field of `source` or `operation`, or a condition, with both of its lists.
    struct Field: Sendable {
        var name: String
        var values: [String]
        var notValues: [String]

        var isEmpty: Bool { values.isEmpty && notValues.isEmpty }
    }

    struct Rule: Sendable {
        var from: [[Field]]
        var to: [[Field]]
        var when: [Field]
    }

    var name: String
    var namespace: String
    var action: String
    var labels: [String: String]
    var isDryRun = false
    var rules: [Rule]

    /// Whether it counts at `app: web` of `foo`.
    var reachesWorkload: Bool {
        ["foo", "istio-system"].contains(namespace) && labels.allSatisfy { ["app": "web"][$0.key] == $0.value }
    }

    var tree: Tree {
        var metadata: [(key: String, value: Tree)] = [("name", .text(name)), ("namespace", .text(namespace))]
        if isDryRun { metadata.append(("annotations", .mapping([("istio.io/dry-run", .text("true"))]))) }
        var spec: [(key: String, value: Tree)] = [("action", .text(action)), ("rules", .list(rules.map(Self.tree)))]
        if !labels.isEmpty {
            let pairs = labels.sorted { $0.key < $1.key }.map { (key: $0.key, value: Tree.text($0.value)) }
            spec.append(("selector", .mapping([("matchLabels", .mapping(pairs))])))
        }
        return .mapping([
            ("apiVersion", .text("security.istio.io/v1")), ("kind", .text("AuthorizationPolicy")),
            ("metadata", .mapping(metadata)), ("spec", .mapping(spec)),
        ])
    }

    private static func tree(_ rule: Rule) -> Tree {
        var fields: [(key: String, value: Tree)] = []
        if !rule.from.isEmpty {
            fields.append(("from", .list(rule.from.map { .mapping([("source", .mapping($0.flatMap(lists)))]) })))
        }
        if !rule.to.isEmpty {
            fields.append(("to", .list(rule.to.map { .mapping([("operation", .mapping($0.flatMap(lists)))]) })))
        }
        if !rule.when.isEmpty {
            let conditions = rule.when.map { condition -> Tree in
                var parts: [(key: String, value: Tree)] = [("key", .text(condition.name))]
                if !condition.values.isEmpty { parts.append(("values", .texts(condition.values))) }
                if !condition.notValues.isEmpty { parts.append(("notValues", .texts(condition.notValues))) }
                return .mapping(parts)
            }
            fields.append(("when", .list(conditions)))
        }
        return .mapping(fields)
    }

    private static func lists(of field: Field) -> [(key: String, value: Tree)] {
        var lists: [(key: String, value: Tree)] = []
        if !field.values.isEmpty { lists.append((field.name, .texts(field.values))) }
        if !field.notValues.isEmpty {
            let negated = "not" + field.name.prefix(1).uppercased() + field.name.dropFirst()
            lists.append((negated, .texts(field.notValues)))
        }
        return lists
    }

    /// A stream of documents, each in a style.
    static func text(of policies: [GeneratedPolicy], as style: Tree.Style = .flow) -> String {
        if style == .json {
            let list = Tree.mapping([
                ("apiVersion", .text("v1")), ("kind", .text("List")), ("items", .list(policies.map(\.tree))),
            ])
            return "---\n" + list.written(as: .json) + "\n"
        }
        return policies.map { "---\n" + $0.tree.written(as: style) + "\n" }.joined()
    }
}
