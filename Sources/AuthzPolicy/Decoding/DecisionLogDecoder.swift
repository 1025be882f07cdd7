package import AuthzCore

/// A line of the decision log of `authz serve`: the request as far as it tells, and what was decided.
package struct LoggedDecision: Sendable {
    /// What the line does not tell is absent or unknown.
    package var document: RequestDocument
    package var outcome: String
    package var status: Int?
    package var reason: String
    /// `namespace/name`, or what stands for one without a name.
    package var workload: String?
    /// The determining policy and its rule: `production/api-access, rule 1`.
    package var policy: String?
    package var decisionID: String?

    /// What no line tells, as a sentence for a reader.
    package static let silence =
        "a decision log has no addresses, ports, server name, query or headers, and of a token only `iss`, `sub`, `aud` and `exp`"
}

/// Reads such a line.
package struct DecisionLogDecoder {
    private let collector: DiagnosticCollector

    private init(_ collector: DiagnosticCollector) {
        self.collector = collector
    }

    /// Whether a document is a line of a log of `authz serve`.
    package static func isLogLine(_ node: DocumentNode) -> Bool {
        guard case .mapping(let entries, _) = node else { return false }
        let names = Set(entries.map(\.key.text))
        return names.isSuperset(of: ["time", "level", "message"])
    }

    /// Whether that line is about a decision.
    package static func isDecision(_ node: DocumentNode) -> Bool { text(node, "message") == "decision" }

    /// Reads a line.
    ///
    /// - Throws: Everything that is wrong with it.
    package static func decode(_ node: DocumentNode) throws(InputError) -> LoggedDecision {
        let collector = DiagnosticCollector()
        let decoder = DecisionLogDecoder(collector)
        guard let decision = decoder.decision(node), !collector.hasErrors else {
            throw InputError(collector.diagnostics)
        }
        return decision
    }

    private static func text(_ node: DocumentNode?, _ field: String) -> String? {
        guard case .scalar(let scalar) = node?[field], !scalar.isNull else { return nil }
        return scalar.text
    }

    private func decision(_ node: DocumentNode) -> LoggedDecision? {
        let text = { (field: String) in Self.text(node, field) }
        guard let outcome = text("outcome"), let reason = text("reason") else {
            collector.error(
                .missingField, at: node.location, "the line of a decision log has no `outcome` and `reason`",
                label: "expected a line as `authz serve --decision-log` writes it")
            return nil
        }
        var document = RequestDocument(location: node.location)
        document.source.principal = text("peerPrincipal").map { $0.contains("://") ? $0 : "spiffe://" + $0 }
        // Over HTTP most proxies say nothing of the peer. One that is known to have come over plaintext was refused for it.
        document.source.isUnknown =
            document.source.principal == nil && ["http", "forward-auth"].contains(text("api"))
            && reason != "plaintext-not-permitted"
        if let workload = text("workload") { read(workload, at: node["workload"]?.location, into: &document) }
        if let method = text("method") {
            var request = RequestDocument.HTTPRequest()
            request.method = method
            request.path = text("path") ?? "/"
            request.host = text("host") ?? ""
            document.request = request
            document.token = token(node, reason: reason)
            // Without a token that expires, the time decides nothing.
            if node["token"]?["exp"] != nil { document.now = text("time").flatMap { Int64($0) } }
        }
        return LoggedDecision(
            document: document, outcome: outcome, status: text("status").flatMap { Int($0) }, reason: reason,
            workload: text("workload"), policy: text("determiningPolicy"), decisionID: text("decisionId"))
    }

    /// `namespace/name`, or what stands for one without a name: `Gateway namespace/name`, `waypoint namespace/name`,
    /// `namespace/{key=value,…}`, or the namespace alone.
    private func read(_ workload: String, at place: SourceLocation?, into document: inout RequestDocument) {
        let role = ["Gateway ", "waypoint "].first { workload.hasPrefix($0) } ?? ""
        let parts = workload.dropFirst(role.count).split(separator: "/", maxSplits: 1).map(String.init)
        if !role.isEmpty, parts.count == 2 {
            document.destination.namespace = parts[0]
            if role == "Gateway " {
                document.destination.gateway = parts[1]
            } else {
                document.destination.waypoint = parts[1]
            }
            return
        }
        guard parts.count == 2, !parts[1].hasPrefix("{") else {
            document.destination.namespace = parts.first
            let labels = parts.count == 2 ? String(parts[1].dropFirst().dropLast()) : ""
            document.destination.labels = labels.isEmpty ? [:] : LabelText.labels(in: labels)
            return
        }
        document.destination.workload = Located(workload, at: place ?? document.location)
    }

    /// A token with the claims that the line has, which are those of a verified one, or one that is none where that was the reason.
    private func token(_ node: DocumentNode, reason: String) -> RequestDocument.Token? {
        if reason == "token-malformed" { return .compact("not.a-token") }
        guard let token = node["token"], Self.text(token, "iss") != nil || Self.text(token, "sub") != nil else {
            return nil
        }
        var claims = JSONWriter()
        claims.beginObject()
        for name in ["iss", "sub"] { if let text = Self.text(token, name) { claims.member(name, text) } }
        let audiences = (token["aud"]?.items ?? []).compactMap { node -> String? in
            if case .scalar(let scalar) = node { scalar.text } else { nil }
        }
        if !audiences.isEmpty { claims.member("aud", audiences) }
        if let time = Self.text(token, "exp").flatMap({ Int64($0) }) {
            claims.name("exp")
            claims.integer(time)
        }
        claims.endObject()
        return .claims(json: claims.text, hasValidSignature: true, location: token.location)
    }
}
