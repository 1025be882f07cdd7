import AuthzCore
import AuthzPolicy

/// Requests that a rule matches and other policies allow, where the nearest that each takes is not one of the other.
extension Linter {
    /// How many alternatives of a rule are tried.
    static let maximumAlternatives = 6

    /// A request to the port of `base` that a part of a rule matches, and that policies allow.
    ///
    /// - Parameter alone: Allows what the part matches.
    mutating func request(
        matching part: AuthorizationPolicy.Rule, of subject: LintRule, _ alone: DecisionPoint,
        allowedBy policies: [AuthorizationPolicy], near base: RequestDocument
    ) -> RequestDocument? {
        guard let all = point(for: policies, at: subject.sites) else { return nil }
        if let document = request(matching: alone, allowedBy: all, near: base) { return document }
        // Of both only the nearest were looked at, and something nearer that the rule is not about hides what it is about.
        for narrowing in narrowings(to: part, of: subject) {
            guard let narrowed = point(for: policies + [narrowing], at: subject.sites) else { continue }
            for document in allowed(by: narrowed, near: base).documents
            where document.destination.port == base.destination.port && allows(document, all)
                && allows(document, alone)
            {
                return document
            }
        }
        return nil
    }

    /// For each alternative of a part of a rule a DENY policy that leaves over what it matches.
    func narrowings(to part: AuthorizationPolicy.Rule, of subject: LintRule) -> [AuthorizationPolicy] {
        part.alternatives.prefix(Self.maximumAlternatives).map { alternative in
            var policy = subject.alone(alternative)
            policy.action = .deny
            policy.metadata.name = "lint-narrows"
            policy.rules = alternative.complement
            return policy
        }
    }
}

extension AuthorizationPolicy.Rule {
    /// The rule for each of its sources with each of its operations.
    var alternatives: [AuthorizationPolicy.Rule] {
        let sources = from.isEmpty ? [[]] : from.map { [$0] }
        let operations = to.isEmpty ? [[]] : to.map { [$0] }
        return sources.flatMap { source in
            operations.map { operation in
                AuthorizationPolicy.Rule(from: source, to: operation, when: when, location: location)
            }
        }
    }

    /// What a rule without alternatives does not match: a rule for each of its lists, turned around.
    var complement: [AuthorizationPolicy.Rule] {
        var rules: [AuthorizationPolicy.Rule] = []
        for source in from {
            rules += source.fields.flatMap { field in
                field.lists.complements.map { lists in
                    let other = AuthorizationPolicy.SourceMatch(
                        fields: [(field: field.field, lists: lists)], location: location)
                    return AuthorizationPolicy.Rule(from: [other], to: [], when: [], location: location)
                }
            }
        }
        for operation in to {
            rules += operation.fields.flatMap { field in
                field.lists.complements.map { lists in
                    let other = AuthorizationPolicy.OperationMatch(
                        fields: [(field: field.field, lists: lists)], location: location)
                    return AuthorizationPolicy.Rule(from: [], to: [other], when: [], location: location)
                }
            }
        }
        for condition in when {
            rules += condition.lists.complements.map { lists in
                let other = AuthorizationPolicy.Condition(key: condition.key, lists: lists)
                return AuthorizationPolicy.Rule(from: [], to: [], when: [other], location: location)
            }
        }
        return rules
    }
}

extension AuthorizationPolicy.ValueLists {
    /// What fits none of the values, and what fits one of those that are left out.
    fileprivate var complements: [AuthorizationPolicy.ValueLists] {
        var lists: [AuthorizationPolicy.ValueLists] = []
        if !values.isEmpty { lists.append(AuthorizationPolicy.ValueLists(notValues: values)) }
        if !notValues.isEmpty { lists.append(AuthorizationPolicy.ValueLists(values: notValues)) }
        return lists
    }
}
