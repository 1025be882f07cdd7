import AuthzPolicy

extension AuthorizationPolicy.Rule {
    /// The fields that it writes.
    var parts: [String] {
        [from.isEmpty ? nil : "from", to.isEmpty ? nil : "to", when.isEmpty ? nil : "when"].compactMap(\.self)
    }

    /// This rule and another one as they are without the dash between them.
    ///
    /// - Precondition: They have no part in common.
    func joined(_ other: AuthorizationPolicy.Rule) -> AuthorizationPolicy.Rule {
        AuthorizationPolicy.Rule(
            from: from + other.from, to: to + other.to, when: when + other.when, location: location)
    }

    /// A rule that asks for what both ask; `nil` where each says who comes and what is done, or both name the same field, so that they
    /// are likely to be meant as alternatives.
    func combined(_ other: AuthorizationPolicy.Rule) -> AuthorizationPolicy.Rule? {
        if Set(parts).isDisjoint(with: other.parts) {
            return parts.isEmpty || other.parts.isEmpty ? nil : joined(other)
        }
        guard to.isEmpty, other.to.isEmpty, when.isEmpty || other.when.isEmpty else { return nil }
        var combined = joined(other)
        combined.from = []
        for source in from {
            for second in other.from {
                guard let both = source.joined(second) else { return nil }
                combined.from.append(both)
            }
        }
        return combined
    }
}
