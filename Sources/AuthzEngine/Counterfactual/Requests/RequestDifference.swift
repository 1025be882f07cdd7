import AuthzCore
package import AuthzPolicy

/// One respect in which two requests differ. They are compared by what they are, not by how it is told.
package struct RequestDifference: Sendable, Equatable {
    /// The path in a request document.
    package var name: String
    /// `nil` for what no change of a request is about, as the workload.
    package var field: RequestField?
    /// As a person reads it, without secrets; `nil` is nothing.
    package var from: String?
    package var to: String?

    package init(_ name: String, field: RequestField? = nil, from: String?, to: String?) {
        self.name = name
        self.field = field
        self.from = from
        self.to = to
    }

    /// What differs between two requests: the request, where it comes from, for which workload it is, and when it is decided.
    package static func all(
        from old: RequestDocument, to new: RequestDocument, in policySet: PolicySet
    ) -> [RequestDifference] {
        let workloads = [old, new].compactMap { policySet.workload(for: $0).workload }
        let places = TokenPlaces(of: workloads, in: policySet)
        let token = token(old, new, places)
        // Where tokens differ, the lines that they stand in do, too.
        var (first, second) = (old, new)
        if token != nil {
            places.removeTokens(from: &first)
            places.removeTokens(from: &second)
        }
        let headers = Set(((old.request?.headers ?? []) + (new.request?.headers ?? [])).map { $0.name.lowercased() })
        let fields: [RequestField] =
            [.method, .path, .host] + headers.sorted().map { .header($0) }
            + [.scheme, .port, .sni, .destinationIP, .principal, .sourceIP, .remoteIP]
        return fields.compactMap { of($0, first, second, places) } + (token.map { [$0] } ?? []) + surroundings(old, new)
    }

    private static func of(
        _ field: RequestField, _ old: RequestDocument, _ new: RequestDocument, _ places: TokenPlaces
    ) -> RequestDifference? {
        let (before, after) = (field.value(in: old), field.value(in: new))
        guard before != after else { return nil }
        let isSecret = field.mayHoldSecret(places)
        let from = field.text(of: before, isSecret: isSecret)
        let to = field.text(of: after, isSecret: isSecret)
        return RequestDifference(field.name, field: field, from: from, to: distinct(to, from, "another value"))
    }

    /// What is told of one of two that read the same, though they are not.
    private static func distinct(_ text: String?, _ other: String?, _ remark: String) -> String? {
        guard let text, text == other else { return text }
        return "\(text) (\(remark))"
    }

    // MARK: Tokens

    private static func token(
        _ old: RequestDocument, _ new: RequestDocument, _ places: TokenPlaces
    ) -> RequestDifference? {
        guard old.token != new.token || places.tokens(in: old) != places.tokens(in: new) else { return nil }
        let claims = (places.claims(in: old), places.claims(in: new))
        let isGood = (old.token?.isSignedAsWritten ?? true, new.token?.isSignedAsWritten ?? true)
        var (from, to) = RequestChange.Edit.claims(claims.0, claims.1)
        if claims.0 == nil, places.hasAnyToken(old) { from = "a token that cannot be read" }
        if claims.1 == nil, places.hasAnyToken(new) { to = "a token that cannot be read" }
        if from == to, claims.0 != nil, isGood.0 == isGood.1, old.token?.isWrittenAsClaims == true,
            new.token?.isWrittenAsClaims == true
        {
            // The same claims in other words.
            return nil
        }
        if !isGood.0 { from = from.map { "\($0) (its signature is invalid)" } }
        if !isGood.1 { to = to.map { "\($0) (its signature is invalid)" } }
        let remark = claims.1 == nil ? "another one" : "another header or signature"
        return RequestDifference("token", field: .token, from: from, to: distinct(to, from, remark))
    }

    // MARK: What is around a request

    private static func surroundings(_ old: RequestDocument, _ new: RequestDocument) -> [RequestDifference] {
        let text = { (name: String, value: (RequestDocument) -> String?) -> RequestDifference? in
            let (from, to) = (value(old), value(new))
            return from == to ? nil : RequestDifference(name, from: from, to: to)
        }
        let labels = { (document: RequestDocument) in
            document.destination.labels.map { labels in
                labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
            }
        }
        let metadata = { (document: RequestDocument) -> String? in
            guard let metadata = document.check?.metadata, !metadata.isEmpty else { return nil }
            var texts: [String] = []
            for (space, fields) in metadata.sorted(by: { $0.key < $1.key }) {
                for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
                    switch value {
                    case .text(let text): texts.append("\(space):\(key)=\(text)")
                    case .list(let list): texts.append("\(space):\(key)=[\(list.joined(separator: ", "))]")
                    }
                }
            }
            return texts.joined(separator: ", ")
        }
        return [
            text("destination.workload") { $0.destination.workload?.value },
            text("destination.namespace", \.destination.namespace),
            text("destination.labels", labels),
            text("destination.serviceAccount", \.destination.serviceAccount),
            text("destination.service", \.destination.service),
            text("destination.gateway", \.destination.gateway),
            text("destination.waypoint", \.destination.waypoint),
            text("destination.gatewayClass", \.destination.gatewayClass),
            text("now") { $0.now.map { TimestampText.text(of: $0) } },
            text("form") { $0.check == nil ? "a request document" : "an Envoy's check request" },
            text("metadata", metadata),
        ].compactMap { $0 }
    }
}

extension RequestDocument.Token {
    /// Whether nothing says that its signature is invalid.
    fileprivate var isSignedAsWritten: Bool {
        if case .claims(_, let hasValidSignature, _) = self { hasValidSignature } else { true }
    }

    fileprivate var isWrittenAsClaims: Bool { if case .claims = self { true } else { false } }
}

extension TokenPlaces {
    /// The places of several workloads together.
    fileprivate init(of workloads: [Workload], in policySet: PolicySet) {
        self.init()
        for workload in workloads { add(TokenPlaces(of: workload, in: policySet)) }
    }

    fileprivate func hasAnyToken(_ document: RequestDocument) -> Bool { document.token != nil || hasToken(document) }
}
