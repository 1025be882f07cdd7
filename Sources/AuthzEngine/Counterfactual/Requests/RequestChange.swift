import AuthzCore
package import AuthzPolicy

/// A change of a request after which it is allowed.
package struct RequestChange: Sendable {
    /// One field with what it was and what it would be, as a person reads it: secrets are told by their size.
    package struct Edit: Sendable, Equatable {
        package var field: RequestField
        /// `nil`: nothing, which is plaintext for a principal, and what is not told for addresses.
        package var from: String?
        package var to: String?
        /// Whether `from` is `nil` since nobody knows it, as a peer at a waypoint.
        package var isUnknown = false

        package init(field: RequestField, from: String?, to: String?) {
            self.field = field
            self.from = from
            self.to = to
        }
    }

    package var edits: [Edit]
    /// The request after the change.
    package var document: RequestDocument
    /// What was decided of it.
    package var report: DecisionReport

    package init(edits: [Edit], document: RequestDocument, report: DecisionReport) {
        self.edits = edits
        self.document = document
        self.report = report
    }
}

/// What the search for the smallest change of a denied request came to.
package struct RequestChanges: Sendable {
    package enum Verdict: String, Sendable {
        /// ``RequestChanges/changes`` are those with the fewest fields.
        case found
        /// Every combination of values that the policies tell apart was ruled out: no change of the request is allowed.
        case none
        /// The search ended at its bound without a change.
        case bounded
    }

    package var verdict: Verdict
    /// One for each set of fields, the likeliest first; all of one size.
    package var changes: [RequestChange]
    /// How many requests were decided.
    package var decisions: Int

    package init(verdict: Verdict, changes: [RequestChange], decisions: Int) {
        self.verdict = verdict
        self.changes = changes
        self.decisions = decisions
    }
}

extension RequestChange.Edit {
    /// The change between two documents in one field.
    ///
    /// - Parameter workload: That of both.
    init(
        _ field: RequestField, from old: RequestDocument, to new: RequestDocument, places: TokenPlaces,
        workload: Workload
    ) {
        self.field = field
        isUnknown = field == .principal && old.source.principal == nil && workload.role == .waypoint
        switch field {
        case .token:
            let (before, after) = (places.claims(in: old), places.claims(in: new))
            (from, to) = Self.claims(before, after)
            if before == nil, old.token != nil || places.hasToken(old) { from = "a token that cannot be read" }
            if before != nil, from == to {
                from = "\(from ?? "{}") (refused)"
                to = "the same claims, signed with a key that the rule has"
            }
        default:
            let (before, after) = (field.value(in: old), field.value(in: new))
            let isSecret = field.mayHoldSecret(places)
            from = field.text(of: before, isSecret: isSecret)
            // What the request did not have comes from a policy, which is no secret of who sent it.
            to = field.text(
                of: after, isSecret: isSecret, knowing: after.lines.filter { !before.lines.contains($0) })
        }
    }

    /// The claims of two tokens that differ; `…` stands for the same ones where else one of them would seem to have none.
    static func claims(_ old: String?, _ new: String?) -> (String?, String?) {
        guard let old, let new else { return (old, new) }
        var (before, after) = (ClaimTree(json: old), ClaimTree(json: new))
        guard before.json != after.json else { return (before.json, after.json) }
        let count = before.names.count
        for name in before.names where before.json(at: [name]) == after.json(at: [name]) {
            before.set(nil, at: [name])
            after.set(nil, at: [name])
        }
        if before.names.count < count, before.names.isEmpty || after.names.isEmpty {
            return (withOthers(before), withOthers(after))
        }
        return (before.json, after.json)
    }

    private static func withOthers(_ claims: ClaimTree) -> String {
        claims.json.dropLast() + (claims.names.isEmpty ? "…}" : ",…}")
    }
}

extension RequestField {
    /// A value as a person reads it; `nil` for nothing, and for a token, whose claims are told apart from it.
    ///
    /// - Parameters:
    ///   - isSecret: Whether lines are told by their size alone.
    ///   - known: Those that are no secret all the same.
    func text(of value: Value, isSecret: Bool, knowing known: [String] = []) -> String? {
        switch value {
        case .absent, .token: return nil
        case .text(let text):
            return self == .principal && text.hasPrefix("spiffe://") ? String(text.dropFirst(9)) : text
        case .lines(let lines):
            guard isSecret else { return lines.joined(separator: "`, `") }
            return lines.map { known.contains($0) ? $0 : "(\($0.utf8.count) bytes, hidden)" }.joined(separator: "`, `")
        case .address(let address): return "\(address)"
        case .port(let port): return "\(port)"
        }
    }
}

extension RequestField {
    /// Whether what a request has there is told by its size alone: credentials, and opaque tokens where the rules look for some.
    func mayHoldSecret(_ places: TokenPlaces) -> Bool {
        guard case .header(let name) = self else { return false }
        return RuleRecorder.isSecret(header: name) || places.holdsToken(name)
    }
}

extension TokenPlaces {
    /// Whether something stands where a token is looked for.
    func hasToken(_ document: RequestDocument) -> Bool {
        var without = document
        removeTokens(from: &without)
        return without.request?.headers.count != document.request?.headers.count
            || without.request?.path != document.request?.path
    }
}
