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
    init(_ field: RequestField, from old: RequestDocument, to new: RequestDocument, places: TokenPlaces) {
        self.field = field
        switch field {
        case .token:
            let (before, after) = (places.claims(in: old), places.claims(in: new))
            (from, to) = Self.claims(before, after)
            if before == nil, old.token != nil || places.hasToken(old) { from = "a token that cannot be read" }
            if before != nil, from == to { from = "\(from ?? "{}") (refused)" }
        default:
            from = Self.text(field, field.value(in: old))
            to = Self.text(field, field.value(in: new))
        }
    }

    /// The claims of two tokens that differ.
    private static func claims(_ old: String?, _ new: String?) -> (String?, String?) {
        guard let old, let new else { return (old, new) }
        var (before, after) = (ClaimTree(json: old), ClaimTree(json: new))
        guard before.json != after.json else { return (before.json, after.json) }
        for name in before.names where before.json(at: [name]) == after.json(at: [name]) {
            before.set(nil, at: [name])
            after.set(nil, at: [name])
        }
        return (before.json, after.json)
    }

    private static func text(_ field: RequestField, _ value: RequestField.Value) -> String? {
        switch value {
        case .absent: return nil
        case .text(let text):
            return field == .principal && text.hasPrefix("spiffe://") ? String(text.dropFirst(9)) : text
        case .lines(let lines):
            if case .header(let name) = field, RuleRecorder.secretHeaders.contains(name) {
                return lines.map { "(\($0.utf8.count) bytes, hidden)" }.joined(separator: ", ")
            }
            return lines.joined(separator: ", ")
        case .address(let address): return "\(address)"
        case .port(let port): return "\(port)"
        case .token: return nil
        }
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
