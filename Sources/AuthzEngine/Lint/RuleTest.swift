import AuthzCore
import AuthzPolicy

/// A field of a rule with its values, and where in the rule it stands.
struct RuleTest {
    enum Side { case from, to, when }

    var side: Side
    /// The entry of `from` or `to`, or the condition.
    var entry: Int
    /// The place among the fields of the entry.
    var position: Int
    var field: ConditionField
    /// As in the policy, such as `paths` or `request.headers[x-role]`.
    var name: String
    var lists: AuthorizationPolicy.ValueLists

    /// `paths` or `notPaths`; of a condition its key with `values` or `notValues`.
    func name(isNegated: Bool) -> String {
        if side == .when { return "\(name) \(isNegated ? "notValues" : "values")" }
        return isNegated ? AuthorizationPolicy.negated(name) : name
    }

    func values(isNegated: Bool) -> [Located<String>] { isNegated ? lists.notValues : lists.values }
}

extension ConditionField {
    /// Whether it is about who the peer is by its certificate.
    var isPeerIdentity: Bool {
        switch self {
        case .peerPrincipal, .namespace, .serviceAccount, .trustDomain: true
        case .sourceIP, .remoteIP, .destinationIP, .destinationPort, .sni, .requestPrincipal, .claim, .header,
            .dynamicMetadata, .host, .method, .path:
            false
        }
    }

    /// Whether it is about a verified token.
    var isToken: Bool {
        switch self {
        case .requestPrincipal, .claim: true
        case .peerPrincipal, .namespace, .serviceAccount, .trustDomain, .sourceIP, .remoteIP, .destinationIP,
            .destinationPort, .sni, .header, .dynamicMetadata, .host, .method, .path:
            false
        }
    }
}

extension AuthorizationPolicy.Rule {
    /// All fields, but for conditions with a key that istiod cannot read.
    var tests: [RuleTest] {
        var tests: [RuleTest] = []
        for (entry, source) in from.enumerated() {
            for (position, field) in source.fields.enumerated() {
                tests.append(
                    RuleTest(
                        side: .from, entry: entry, position: position, field: ConditionField(field.field),
                        name: field.field.rawValue, lists: field.lists))
            }
        }
        for (entry, operation) in to.enumerated() {
            for (position, field) in operation.fields.enumerated() {
                tests.append(
                    RuleTest(
                        side: .to, entry: entry, position: position, field: ConditionField(field.field),
                        name: field.field.rawValue, lists: field.lists))
            }
        }
        for (entry, condition) in when.enumerated() {
            do throws(ConditionField.KeyProblem) {
                let field = try ConditionField(key: condition.key.value)
                tests.append(
                    RuleTest(
                        side: .when, entry: entry, position: 0, field: field, name: condition.key.value,
                        lists: condition.lists))
            } catch {
                continue
            }
        }
        return tests
    }

    /// The rule with other values in the place of a test's, and without the alternatives to the entry that the test stands in.
    ///
    /// - Parameter lists: Empty ones take the test out.
    func replacing(_ test: RuleTest, with lists: AuthorizationPolicy.ValueLists) -> AuthorizationPolicy.Rule {
        var rule = self
        let lists = lists.isEmpty ? nil : lists
        switch test.side {
        case .from:
            var source = from[test.entry]
            if let lists { source.fields[test.position].lists = lists } else { source.fields.remove(at: test.position) }
            rule.from = source.fields.isEmpty ? [] : [source]
        case .to:
            var operation = to[test.entry]
            if let lists {
                operation.fields[test.position].lists = lists
            } else {
                operation.fields.remove(at: test.position)
            }
            rule.to = operation.fields.isEmpty ? [] : [operation]
        case .when:
            if let lists { rule.when[test.entry].lists = lists } else { rule.when.remove(at: test.entry) }
        }
        return rule
    }

    /// The rule with one value in the place of a list.
    func keeping(_ value: Located<String>, of test: RuleTest) -> AuthorizationPolicy.Rule {
        var lists = test.lists
        lists.values = [value]
        return replacing(test, with: lists)
    }

    /// The rule without the tests of some fields. An entry that has no others goes, and with it its alternatives.
    func removing(_ isRemoved: (ConditionField) -> Bool) -> AuthorizationPolicy.Rule {
        var rule = self
        for index in rule.from.indices { rule.from[index].fields.removeAll { isRemoved(ConditionField($0.field)) } }
        for index in rule.to.indices { rule.to[index].fields.removeAll { isRemoved(ConditionField($0.field)) } }
        if rule.from.contains(where: \.fields.isEmpty) { rule.from = [] }
        if rule.to.contains(where: \.fields.isEmpty) { rule.to = [] }
        let removed = Set(tests.filter { $0.side == .when && isRemoved($0.field) }.map(\.entry))
        rule.when = rule.when.enumerated().filter { !removed.contains($0.offset) }.map(\.element)
        return rule
    }

    /// The rule without tests of methods that HTTP/1 does not know, as over HTTP/2, and by other ways to ask, there are others; and of
    /// CONNECT, which leads nowhere even where it is allowed.
    var withoutFreeMethods: AuthorizationPolicy.Rule {
        var rule = self
        for index in rule.to.indices {
            rule.to[index].fields.removeAll { field in
                field.field == .methods && !field.lists.values.isEmpty
                    && field.lists.values.allSatisfy { value in
                        value.value == "CONNECT"
                            || !value.value.contains("*") && !HTTPSyntax.methods.contains(value.value)
                    }
            }
        }
        if rule.to.contains(where: \.fields.isEmpty) { rule.to = [] }
        return rule
    }
}
